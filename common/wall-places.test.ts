import { describe, expect, it } from 'vitest';
import {
  groupTimes,
  ofProgram,
  programFunction,
  timeByState,
  waitTimes,
  type WallPlace,
} from './wall-places.ts';

const place = (group: string, state: WallPlace['state'], name: string, ns: number): WallPlace => ({
  group,
  state,
  function: name,
  functions: [name, group],
  count: 2,
  ns,
});

const places = [
  place('main.worker', 'sync', 'shop.(*Store).Put', 300),
  place('main.clerk', 'sync', 'shop.(*Store).Put', 100),
  place('main.worker', 'network', 'net/http.(*conn).serve', 50),
  place('main.clerk', 'running', 'main.clerk', 40),
  place('main.worker', 'running', 'main.worker', 30),
  place('runtime.gcBgMarkWorker', 'other', 'runtime.gcBgMarkWorker', 900),
];

describe('where the time of goroutines went', () => {
  it('is told of the innermost function that is not Go’s own', () => {
    expect(programFunction(['runtime.chanrecv1', 'sync.(*Mutex).Lock', 'main.put', 'main.worker'])).toBe(
      'main.put',
    );
    expect(programFunction(['runtime.gopark', 'net/http.(*conn).serve'])).toBe('net/http.(*conn).serve');
    expect(programFunction(['runtime.gopark', 'runtime.bgsweep'])).toBe('runtime.bgsweep');
    expect(programFunction([])).toBe('');
  });

  it('is summed up by start function, those that ran longest first', () => {
    const groups = groupTimes(places);
    expect(groups.map(({ name, ns }) => [name, ns])).toEqual([
      ['main.clerk', 140],
      ['main.worker', 380],
      ['runtime.gcBgMarkWorker', 900],
    ]);
    expect(groups[1]?.byState).toMatchObject({ running: 30, sync: 300, network: 50 });
  });

  it('is summed up by state without the runtime’s own goroutines', () => {
    expect(timeByState(ofProgram(places))).toMatchObject({ running: 70, sync: 400, network: 50, other: 0 });
  });

  it('is summed up by function where goroutines were kept from running, the longest first', () => {
    expect(waitTimes(ofProgram(places))).toEqual([
      { state: 'sync', function: 'shop.(*Store).Put', count: 4, ns: 400 },
      { state: 'network', function: 'net/http.(*conn).serve', count: 2, ns: 50 },
    ]);
  });
});
