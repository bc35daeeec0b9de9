// The control API of the carrier that served this page.

/** The carrier refused; its own words. */
export class Refused extends Error {}

export async function ask(method, path, body, signal) {
  const options = { method, signal };
  if (body !== undefined) {
    options.body = JSON.stringify(body);
    options.headers = { "Content-Type": "application/json" };
  }
  const answer = await fetch(`/control${path}`, options);
  const json = (answer.headers.get("Content-Type") ?? "").startsWith("application/json");
  const data = json ? await answer.json() : null;
  if (!answer.ok) throw new Refused(data?.error ?? `HTTP ${answer.status}`);
  return data;
}

export const read = (path, signal) => ask("GET", path, undefined, signal);

export const pause = (ms) => new Promise((done) => setTimeout(done, ms));
