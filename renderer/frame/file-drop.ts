/** Lets files be dropped anywhere in the window. */
export function fileDrop(answers: {
  readonly onhover: (hovering: boolean) => void;
  readonly ondrop: (file: File) => void;
}): () => () => void {
  const hasFile = (event: DragEvent): boolean => event.dataTransfer?.types.includes('Files') ?? false;

  const over = (event: DragEvent): void => {
    if (!hasFile(event)) return;
    // Without this the browser would leave the app and show the file.
    event.preventDefault();
    event.dataTransfer!.dropEffect = 'copy';
    answers.onhover(true);
  };
  const leave = (event: DragEvent): void => {
    // Also told when the pointer goes from one element to the next; only the window's edge has no next.
    if (event.relatedTarget === null) answers.onhover(false);
  };
  const drop = (event: DragEvent): void => {
    if (!hasFile(event)) return;
    event.preventDefault();
    answers.onhover(false);
    const file = event.dataTransfer?.files[0];
    if (file) answers.ondrop(file);
  };

  return () => {
    window.addEventListener('dragover', over);
    window.addEventListener('dragleave', leave);
    window.addEventListener('drop', drop);
    return () => {
      window.removeEventListener('dragover', over);
      window.removeEventListener('dragleave', leave);
      window.removeEventListener('drop', drop);
    };
  };
}
