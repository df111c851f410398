/** What the promise rejects with. */
export async function rejectionOf<Thrown = any>(promise: PromiseLike<unknown>): Promise<Thrown> {
  try {
    await promise;
  } catch (error) {
    return error as Thrown;
  }

  throw new Error('It did not reject.');
}
