/** The patterns of the contract as expressions. Pure. */

/** A pattern of the contract, for a whole text. */
export const whole = (pattern: string): RegExp =>
  new RegExp(`^(?:${pattern})$`);
