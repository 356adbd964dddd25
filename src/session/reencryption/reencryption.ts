/** The plan of a re-encryption and its run: asked for step by step, until they are over or cancelled. */

import type { IReport } from '../../contract/report';
import type { Asked, IArguments } from '../../contract/requests';
import { ReencryptionFiles, resultOf } from '../../encryption/reencryptionRows';
import type {
  IObjectChecksState,
  IReencryptionOptions,
  ObjectRequest
} from '../../tokens';

/** What it needs of the checks that it is part of. */
interface IChecks {
  state(): IObjectChecksState;
  set(change: Partial<IObjectChecksState>): void;
  /** One request of the user's at a time. */
  run(request: ObjectRequest, task: () => Promise<void>): Promise<void>;
  /** @param first - not one that continues another */
  ask(asked: Asked<ObjectRequest>, first: boolean): Promise<IReport | null>;
  /** Send what only acts. */
  act(asked: Asked): Promise<unknown>;
}

/** Neither a plan nor what came of one. */
const NOTHING = {
  reencryptionPlan: null,
  reencryption: null,
  reencryptionFiles: null
};

export class Reencryption {
  constructor(private readonly _host: IChecks) {}

  async plan(options: IReencryptionOptions): Promise<void> {
    await this._host.run('reencryptionPlan', async () => {
      this._host.set({ ...NOTHING });
      const turn = {};
      this._turn = turn;
      let args: IArguments['reencryptionPlan'] = options;
      for (;;) {
        const first = !('token' in args);
        const asked = { request: 'reencryptionPlan', args } as const;
        const report = await this._host.ask(asked, first);
        const plan = report?.reencryptionPlan ?? null;
        const token = (plan ?? this._state.reencryptionPlan)?.token ?? null;
        if (plan && (plan.plan !== null || token !== null)) {
          this._host.set({ reencryptionPlan: plan });
        }
        if (token !== null && plan && this._turn === turn) {
          args = { token };
          continue;
        }
        if ((plan?.plan ?? null) === null || this._turn !== turn) {
          this._dropPlan();
        }
        return;
      }
    });
  }

  async run(plan: string): Promise<void> {
    await this._host.run('reencryption', async () => {
      this._host.set({ ...NOTHING });
      const turn = {};
      this._turn = turn;
      const files = new ReencryptionFiles();
      let isStopping = false;
      let args: IArguments['reencryption'] = { plan };
      for (;;) {
        const first = !('token' in args);
        const asked = { request: 'reencryption', args } as const;
        const report = await this._host.ask(asked, first);
        const page = report?.reencryption ?? null;
        if (page) {
          files.add(page.objects);
          this._host.set({
            reencryption: resultOf(this._state.reencryption, page)
          });
        }
        const token = this._state.reencryption?.token ?? null;
        const isStopped = this._turn !== turn && !isStopping;
        if (token !== null && isStopped) {
          isStopping = true;
          // What it did until then is in the answers that follow.
          const stop = {
            request: 'cancelReencryption',
            args: { token }
          } as const;
          await this._host.act(stop);
        } else if (token === null || !page) {
          if (this._state.reencryption !== null) {
            this._host.set({
              reencryptionFiles: files.made(this._state.reencryption)
            });
          }
          this._host.set({ stopping: false });
          return;
        }
        args = { token };
      }
    });
  }

  /** @returns whether what is under way, or waits, is to be withdrawn */
  cancel(): boolean {
    const { underWay, stopping } = this._state;
    if (underWay === null) {
      this._dropPlan();
    }
    if (underWay === 'reencryption') {
      if (stopping) {
        return false;
      }
      this._host.set({ stopping: true });
    }
    this._turn = null;
    return true;
  }

  /** Forget the plan, here and in the kernel; nobody waits for the answer. */
  private _dropPlan(): void {
    const { reencryptionPlan } = this._state;
    const token = reencryptionPlan?.token ?? reencryptionPlan?.plan ?? null;
    if (token !== null) {
      this._host.set({ reencryptionPlan: null });
      const request = {
        request: 'cancelReencryption',
        args: { token }
      } as const;
      void this._host.act(request);
    }
  }

  private get _state(): IObjectChecksState {
    return this._host.state();
  }

  /** Identifies what is under way; another object or null once it is cancelled. */
  private _turn: object | null = null;
}
