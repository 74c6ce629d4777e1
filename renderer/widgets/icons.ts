/** Outlines on a grid of 16 by 16, drawn with round strokes. */
export const icons = {
  'arrow-left': 'M13 8H3M6.5 4.5L3 8l3.5 3.5',
  check: 'M3 8.5L6.5 12 13 4.5',
  'chevron-down': 'M4 6l4 4 4-4',
  'chevron-right': 'M6 4l4 4-4 4',
  close: 'M4 4l8 8M12 4l-8 8',
  contrast: 'M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12zM8 2v12M10.5 3.2v9.6M13 5.2v5.6',
  file: 'M4 1.8h5l3.2 3.2v9.2H4zM9 1.8V5h3.2',
  filter: 'M2.5 3.5h11L9.5 8.2v4.3l-3 1V8.2z',
  fit: 'M2.5 6V2.5H6M10 2.5h3.5V6M13.5 10v3.5H10M6 13.5H2.5V10',
  help: 'M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12zM6.2 6.2a1.9 1.9 0 1 1 2.6 1.8c-.6.3-.8.6-.8 1.3M8 11.3v.1',
  info: 'M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12zM8 7.3V11M8 5v.1',
  panel: 'M2 3h12v10H2zM10 3v10',
  redo: 'M10 3l3 3-3 3M13 6H6.5a3.5 3.5 0 0 0 0 7H9',
  search: 'M7 12A5 5 0 1 0 7 2a5 5 0 0 0 0 10zM10.8 10.8L14 14',
  table: 'M2.5 3h11v10h-11zM2.5 6.3h11M2.5 9.6h11',
  undo: 'M6 3L3 6l3 3M3 6h6.5a3.5 3.5 0 0 1 0 7H7',
  warning: 'M8 2.2L14.5 13.5h-13zM8 6.5v3M8 11.6v.1',
} as const;
export type IconName = keyof typeof icons;
