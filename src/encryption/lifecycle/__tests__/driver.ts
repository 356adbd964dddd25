/**
 * Walks through the lifecycle, for specs. Not a spec, and not part of the
 * product.
 */

import {
  initialSnapshot,
  transition,
  type Effect,
  type ISnapshot,
  type LifecycleEvent
} from '..';
import type { Profile } from '../../profile/profile';
import type { IReport } from '../../../contract/report';
import { makeReport } from '../../../contract/__tests__/reports';

export const A: Profile = { method: 'sse-kms', kmsKeyId: 'alias/a' };
export const B: Profile = { method: 'sse-s3' };
export const C: Profile = { method: 'sse-c' };
type Connected = Extract<
  LifecycleEvent,
  { type: 'kernelStarted' | 'kernelReconnected' }
>;
export const FRESH: Connected = {
  type: 'kernelStarted',
  language: 'python',
  reapply: true
};
export const FOUND: Connected = { ...FRESH, type: 'kernelReconnected' };
export const GONE: LifecycleEvent = { type: 'kernelGone', starting: false };
export const BUSY: LifecycleEvent = { type: 'busy', busy: true };
export const IDLE: LifecycleEvent = { type: 'busy', busy: false };

export const applied = (profile: Profile): IReport =>
  makeReport({ profile, claim: 'set' });

/** Walks the lifecycle and keeps the effects of the last event. */
export class LifecycleDriver {
  constructor(...events: LifecycleEvent[]) {
    this.do(...events);
  }

  snapshot: ISnapshot = initialSnapshot();
  effects: readonly Effect[] = [];

  do(...events: LifecycleEvent[]): this {
    for (const event of events) {
      [this.snapshot, this.effects] = transition(this.snapshot, event);
    }
    return this;
  }

  apply(profile: Profile, key: number | null = null): this {
    return this.do({ type: 'apply', profile, key });
  }

  answer(report: IReport | null): this {
    const { generation, sent } = this.snapshot;
    return this.do({ type: 'answered', generation, id: sent!.id, report });
  }

  lose(code: string): this {
    const { generation, sent } = this.snapshot;
    const error = {
      code,
      message: code,
      fields: [],
      settings: 'unknown' as const
    };
    return this.do({ type: 'requestFailed', generation, id: sent!.id, error });
  }

  get kind(): string {
    return this.snapshot.state.kind;
  }

  /** The requests that the last event sent, with the method that is applied. */
  get sent(): string[] {
    return this.effects.flatMap(effect => {
      if (effect.type !== 'send') {
        return [];
      }
      const { request, target } = effect;
      return request === 'apply' || request === 'guard'
        ? [`${request} ${target!.profile.method}`]
        : [request];
    });
  }

  get remembered(): (Profile | null)[] {
    return this.effects.flatMap(effect =>
      effect.type === 'remember' ? [effect.profile] : []
    );
  }

  get dropped(): number[] {
    return this.effects.flatMap(effect =>
      effect.type === 'drop' ? [effect.id] : []
    );
  }
}

export const withSettings = (
  profile: Profile,
  key: number | null = null
): LifecycleDriver =>
  new LifecycleDriver(FRESH).apply(profile, key).answer(applied(profile));
