// Runs what docs/FRONTEND.md says against a local server: BASE=http://127.0.0.1:3000 (see check.mjs).

import assert from "node:assert/strict";

import { ApiError, type Appointment, inSalon, type Location, type Page, Sessly, todayIn, type Tokens, type TokenStore } from "./client";

const BASE = process.env.BASE ?? "http://127.0.0.1:3000";
const PASSWORD = "zielona-herbata-7";

class Memory implements TokenStore {
  constructor(private tokens: Tokens | null = null) {}
  load() {
    return this.tokens;
  }
  save(tokens: Tokens | null) {
    this.tokens = tokens;
  }
}

async function refused(work: Promise<unknown>, status: number, code: string): Promise<ApiError> {
  const error = await work.then(
    () => assert.fail(`expected ${code}`),
    (error: unknown) => error,
  );
  assert(error instanceof ApiError, String(error));
  assert.deepEqual([error.status, error.code], [status, code]);
  return error;
}

async function step(name: string, work: () => Promise<void>): Promise<void> {
  await work();
  console.log(`ok  ${name}`);
}

/** The code in the latest mail to an address, which arrives a moment after the answer. */
async function mailedCode(email: string): Promise<string> {
  for (let attempt = 0; attempt < 100; attempt += 1) {
    const mails = await (await fetch(`${BASE}/dev/mail.json`)).json();
    const code = mails.find((mail: { to: string }) => mail.to === email)?.text.match(/\b\d{6}\b/)?.[0];
    if (code) return code;
    await new Promise((done) => setTimeout(done, 100));
  }
  return assert.fail(`no mail to ${email}`);
}

const name = `smoke-${Date.now()}`;
const email = `${name}@example.com`;
const store = new Memory();
const api = new Sessly(BASE, store, "en");

await step("register, verify the address, sign in", async () => {
  const form = { username: name, email, password: PASSWORD };
  store.save(await api.post<Tokens>("/api/users/register/", form));
  await refused(api.get("/api/users/appointments/"), 403, "EMAIL_NOT_VERIFIED");
  await api.post("/api/users/verify-email/", { email, code: await mailedCode(email) });
  await api.get("/api/users/appointments/");
  await api.signIn(email, PASSWORD);
  assert.equal((await api.get<{ email_verified: boolean }>("/api/users/me/")).email_verified, true);
});

await step("a form says what is wrong with each field, in the user's language", async () => {
  const wrong = await refused(api.post("/api/users/register/", { username: "", email: "x" }), 400, "VALIDATION_ERROR");
  assert.deepEqual(Object.keys(wrong.fields), ["email", "password", "username"]);
  assert.equal(wrong.fields.email?.[0], "Enter a valid e-mail address.");
  assert(wrong.requestId);
  const polish = new Sessly(BASE, new Memory());
  const missing = await refused(polish.post("/api/users/login/", { email }), 400, "REQUIRED_FIELD");
  assert.equal(missing.fields.password?.[0], "To pole jest wymagane.");
});

await step("many requests that find their token no good refresh once", async () => {
  store.save({ ...(store.load() as Tokens), access: "no good" });
  let refreshes = 0;
  const counting: typeof fetch = (input, init) => {
    if (String(input).includes("/token/refresh/")) refreshes += 1;
    return fetch(input, init);
  };
  const client = new Sessly(BASE, store, "en", counting);
  await Promise.all([1, 2, 3, 4, 5].map(() => client.get("/api/users/me/")));
  assert.equal(refreshes, 1);
  await client.get("/api/users/me/");
});

await step("a client that never stores the new refresh token keeps working", async () => {
  const { refresh } = store.load() as Tokens;
  const again = () => api.post<Tokens>("/api/users/token/refresh/", { refresh });
  const first = await again();
  const second = await again();
  const me = new Sessly(BASE, new Memory({ access: second.access, refresh }));
  await me.get("/api/users/me/");
  assert.notEqual(first.access, second.access);
  store.save({ access: second.access, refresh });
});

await step("once the new refresh token has been used, the old one ends the session", async () => {
  const other = new Memory();
  const thief = new Sessly(BASE, other, "en");
  await thief.signIn(email, PASSWORD);
  const { refresh: old } = other.load() as Tokens;
  const next = await thief.post<Tokens>("/api/users/token/refresh/", { refresh: old });
  const newest = await thief.post<Tokens>("/api/users/token/refresh/", { refresh: next.refresh });
  await refused(thief.post("/api/users/token/refresh/", { refresh: old }), 401, "INVALID_TOKEN");
  await refused(thief.post("/api/users/token/refresh/", { refresh: newest.refresh }), 401, "INVALID_TOKEN");
});

await step("lists come page by page, and a page past the end is none", async () => {
  const slugs: string[] = [];
  for await (const business of api.all<{ slug: string }>("/api/businesses/?page_size=2")) slugs.push(business.slug);
  const { count } = await api.get<{ count: number }>("/api/businesses/");
  assert.equal(new Set(slugs).size, count);
  await refused(api.get("/api/businesses/?page=1000"), 404, "NOT_FOUND");
});

await step("a public read that has not changed is not sent again", async () => {
  const statuses: number[] = [];
  const watching: typeof fetch = async (input, init) => {
    // What the runtime itself might keep is not meant here.
    const response = await fetch(input, { ...init, cache: "no-store" });
    statuses.push(response.status);
    return response;
  };
  const client = new Sessly(BASE, new Memory(), "en", watching);
  const first = await client.read<{ slug: string }[]>("/api/businesses/categories/");
  assert.deepEqual(await client.read("/api/businesses/categories/"), first);
  assert.deepEqual(statuses, [200, 304]);
  await refused(client.read("/api/businesses/no-such-place/"), 404, "BUSINESS_NOT_FOUND");
});

await step("each place of a business is found, and shows what is there", async () => {
  type Found = { slug: string; location_id: string; address: string };
  const found = await api.get<Page<Found>>("/api/businesses/?city=gdynia");
  const place = found.results[0];
  assert(place, "no second place");
  const path = `/api/businesses/${place.slug}/`;
  const first = await api.get<{ address: string; locations: Location[] }>(path);
  const there = await api.get<{ address: string }>(`${path}?location_id=${place.location_id}`);
  assert.deepEqual([first.address, there.address], first.locations.map((location) => location.address));
  assert.equal(there.address, place.address);
});

interface Detail {
  slug: string;
  timezone: string;
  services: { id: string }[];
}
const found = await api.get<{ results: { slug: string }[] }>("/api/businesses/?category=hairdresser");
const salon = await api.get<Detail>(`/api/businesses/${found.results[0]?.slug}/`);
const service = salon.services[0]?.id ?? "";
let visit: Appointment;

await step("what is offered can be booked, once per key, and not twice", async () => {
  const path = `/api/businesses/${salon.slug}/availability/`;
  const query = `?service_id=${service}&date=${todayIn(salon.timezone)}&days=14&verbose=true`;
  const { days } = await api.get<{ days: { date: string; slots_detail: { time: string; staff_ids: string[] }[] }[] }>(
    path + query,
  );
  const offers = days.flatMap(({ date, slots_detail }) => slots_detail.map((slot) => ({ date, ...slot })));
  const [first, second] = [offers[0], offers.at(-1)];
  assert(first && second && first !== second, "there is not enough free time");
  const wish = { service_id: service, date: first.date, start_time: first.time, staff_id: first.staff_ids[0] };

  let lost = 0;
  const losing: typeof fetch = async (input, init) => {
    const response = await fetch(input, init);
    if (lost === 0 && String(input).includes("/appointments/")) {
      lost += 1;
      throw new TypeError("the answer got lost");
    }
    return response;
  };
  visit = await new Sessly(BASE, store, "en", losing).book(salon.slug, wish);
  assert.equal(lost, 1);
  const mine: Appointment[] = [];
  for await (const each of api.all<Appointment>("/api/users/appointments/")) mine.push(each);
  assert.deepEqual(mine.map((each) => each.id), [visit.id]);

  const taken = await refused(api.book(salon.slug, wish), 409, "SLOT_UNAVAILABLE");
  assert((taken.details as { alternatives: string[] }).alternatives.length > 0);

  const other = { service_id: service, date: second.date, start_time: second.time };
  const key = { "Idempotency-Key": name };
  const bookings = `/api/businesses/${salon.slug}/appointments/`;
  await api.post(bookings, other, key);
  await refused(api.post(bookings, { ...other, notes: "changed" }, key), 422, "IDEMPOTENCY_KEY_REUSED");
});

await step("times are the salon's, wherever the reader is", async () => {
  assert.match(visit.start, /^\d{4}-\d\d-\d\dT\d\d:\d\d:00[+-]\d\d:\d\d$/);
  assert(inSalon(visit.start, visit.timezone).includes(visit.start.slice(11, 16)));
  assert.match(inSalon("2026-03-29T03:30:00+02:00", "Europe/Warsaw", "en-GB"), /29 March 2026.* 03:30$/);
  assert.equal(todayIn("Europe/Warsaw", new Date("2026-01-04T23:30:00Z")), "2026-01-05");
});

await step("the client waits as long as 429 says, and then gets its answer", async () => {
  let calls = 0;
  const limited: typeof fetch = async (input, init) => {
    calls += 1;
    if (calls > 1) return fetch(input, init);
    const body = { success: false, error_code: "RATE_LIMITED", message: "…", details: null, detail: "…" };
    return Response.json(body, { status: 429, headers: { "Retry-After": "1" } });
  };
  const started = Date.now();
  await new Sessly(BASE, store, "en", limited).get("/api/users/me/");
  assert.equal(calls, 2);
  assert(Date.now() - started >= 990);
});

await step("signing out ends the session at once", async () => {
  const copy = new Sessly(BASE, new Memory(store.load()), "en");
  await api.signOut();
  assert.equal(store.load(), null);
  await refused(copy.get("/api/users/me/"), 401, "INVALID_TOKEN");
});
