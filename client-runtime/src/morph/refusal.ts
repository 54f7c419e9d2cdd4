/** Why an edit can't be applied to the page as it is now. */
export class Refusal extends Error {
  /** Whether replacing an element that opted in would help. */
  readonly negotiable: boolean;

  constructor(reason: string, negotiable = true) {
    super(reason);
    this.negotiable = negotiable;
  }
}
