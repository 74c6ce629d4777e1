/** The collector as two lanes: whether a collection marks, and whether the world is stopped, with the name of the reason. */
import { COLLECTOR } from './outbox';
import { Lane, OFF, ON, cutLane, enterSpan, handOutBuckets, newLane } from './lane';

// Numbers of the lanes; common/lane-blocks.ts lists the same.
const MARKING: u32 = 0;
const STOPPED: u32 = 1;

let marking: Lane = changetype<Lane>(0);
let stopped: Lane = changetype<Lane>(0);

function begin(): void {
  marking = newLane(COLLECTOR, MARKING, MARKING, 0);
  stopped = newLane(COLLECTOR, STOPPED, STOPPED, 0);
  marking.current = OFF;
  stopped.current = OFF;
}

export function markPhase(time: i64, isOn: bool): void {
  if (changetype<usize>(marking) == 0) begin();
  enterSpan(marking, time, isOn ? ON : OFF, 0);
}

/** `name` says why. The runtime stops the world once at a time; should another stop begin meanwhile, it goes on as that. */
export function worldStops(time: i64, isOn: bool, name: u32): void {
  if (changetype<usize>(stopped) == 0) begin();
  enterSpan(stopped, time, isOn ? ON : OFF, isOn ? name : 0);
}

export function handOutCollector(time: i64): void {
  if (changetype<usize>(marking) == 0) begin();
  cutLane(marking, time);
  cutLane(stopped, time);
  handOutBuckets(marking);
  handOutBuckets(stopped);
}
