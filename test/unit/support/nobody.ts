/** A user that owns nothing here. */
const NOBODY = 65534;

/** Does something as a user who may read no file that its modes keep from others, also where root runs the tests. */
export async function asNobody<T>(work: () => Promise<T>): Promise<T> {
  const { geteuid, seteuid } = process;
  if (geteuid?.() !== 0 || !seteuid) return work();
  seteuid(NOBODY);
  try {
    return await work();
  } finally {
    seteuid(0);
  }
}
