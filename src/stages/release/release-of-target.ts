import type { OfPlan } from '../plan/stage.js';

/** A release that is to be assembled. */
export interface ReleaseOfTarget extends OfPlan {
  /** Undefined for the one that Mix chooses. */
  readonly requestedName: string | undefined;
  readonly isFirst: boolean;
  readonly isLast: boolean;
}
