/**
 * What state a notebook's encryption is in, and what follows from an event.
 *
 * Pure: `transition(snapshot, event)` returns the next snapshot and the effects
 * that the session has to run.
 */

export * from './types';
export { atRest, cellsSinceReport, reportOf } from './snapshot';
export { can, initialSnapshot, transition } from './transition';
