// SPDX-License-Identifier: MIT

/** An attempt that somebody else can be in the way of, who took a pid meanwhile: up to five times. */
export async function retry<Value>(attempt: () => Promise<Value>): Promise<Value> {
  for (let left = 4; left > 0; left--) {
    try {
      return await attempt()
    } catch {
      // once more
    }
  }
  return attempt()
}
