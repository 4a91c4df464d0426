/**
 * The reason a signal is aborted with when a person stopped the answer, as opposed to the program shutting down: only
 * then is the model told to stop too. Any other reason just closes the connection.
 */
export class StopRequest extends Error {
  constructor() {
    super('A person asked to stop this answer.');
    this.name = 'StopRequest';
  }
}
