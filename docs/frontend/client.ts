// A small client of Sessly's API: what docs/FRONTEND.md explains, in one file. It needs `fetch`, and nothing else.

export interface Tokens {
  access: string;
  refresh: string;
}

/** Where the tokens are kept: memory, localStorage, SecureStore… */
export interface TokenStore {
  load(): Tokens | null;
  save(tokens: Tokens | null): void;
}

export interface Page<T> {
  count: number;
  next: string | null;
  previous: string | null;
  results: T[];
}

/** What the API refuses with. `code` never changes; `message` is fit to be shown, in the user's language. */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly details: unknown,
    readonly requestId: string | null,
  ) {
    super(message);
  }

  /** What is wrong with a form: field → messages. */
  get fields(): Record<string, string[]> {
    const named = ["VALIDATION_ERROR", "REQUIRED_FIELD", "EMAIL_ALREADY_EXISTS", "USERNAME_ALREADY_EXISTS"];
    return named.includes(this.code) ? (this.details as Record<string, string[]>) : {};
  }
}

async function refusal(response: Response): Promise<ApiError> {
  const body = await response.json().catch(() => ({}));
  const code = body.error_code ?? "SERVER_ERROR";
  const message = body.message ?? response.statusText;
  return new ApiError(response.status, code, message, body.details, response.headers.get("X-Request-Id"));
}

const sleep = (seconds: number) => new Promise((done) => setTimeout(done, seconds * 1000));

export class Sessly {
  private refreshing: Promise<boolean> | null = null;
  private readonly known = new Map<string, { etag: string; body: unknown }>();

  constructor(
    private readonly base: string,
    private readonly tokens: TokenStore,
    private readonly language = "pl",
    private readonly fetch: typeof globalThis.fetch = globalThis.fetch.bind(globalThis),
  ) {}

  get<T>(path: string): Promise<T> {
    return this.send<T>("GET", path);
  }

  post<T>(path: string, body: unknown = {}, headers: Record<string, string> = {}): Promise<T> {
    return this.send<T>("POST", path, body, headers);
  }

  async signIn(email: string, password: string): Promise<void> {
    this.tokens.save(await this.post<Tokens>("/api/users/login/", { email, password }));
  }

  async signOut(): Promise<void> {
    await this.post("/api/users/logout/", { refresh: this.tokens.load()?.refresh });
    this.tokens.save(null);
  }

  async send<T>(method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<T> {
    const used = this.tokens.load()?.access;
    let response = await this.patiently(method, path, body, headers);
    const bad = response.status === 401 && ["INVALID_TOKEN", "TOKEN_EXPIRED"].includes(await codeOf(response));
    if (bad && used !== undefined && (await this.refreshInstead(used))) {
      response = await this.patiently(method, path, body, headers);
    }
    if (!response.ok) throw await refusal(response);
    const text = await response.text();
    return (text === "" ? undefined : JSON.parse(text)) as T;
  }

  /** Refreshes once, however many requests found out at the same time that the access token is no good. */
  private refreshInstead(used: string): Promise<boolean> {
    if (this.tokens.load()?.access !== used) return Promise.resolve(true);
    this.refreshing ??= this.refresh().finally(() => (this.refreshing = null));
    return this.refreshing;
  }

  private async refresh(): Promise<boolean> {
    const refresh = this.tokens.load()?.refresh;
    const response = await this.once("POST", "/api/users/token/refresh/", { refresh }, {});
    if (response.ok) {
      this.tokens.save(await response.json());
      return true;
    }
    // Only this answer means that the session is over; on any other, such as 503, the tokens are still good.
    if (response.status === 401) this.tokens.save(null);
    return false;
  }

  /** Waits and tries again when told to: by 429 and by 503, as long as Retry-After is bearable. */
  private async patiently(method: string, path: string, body: unknown, headers: Record<string, string>) {
    for (let attempt = 1; ; attempt += 1) {
      const response = await this.once(method, path, body, headers);
      const wait = Number(response.headers.get("Retry-After") ?? "NaN");
      const repeatable = response.status === 429 || (response.status === 503 && isSafe(method, headers));
      if (!repeatable || attempt === 3 || !(wait <= 10)) return response;
      await sleep(wait);
    }
  }

  private once(method: string, path: string, body: unknown, headers: Record<string, string>): Promise<Response> {
    const access = this.tokens.load()?.access;
    return this.fetch(new URL(path, this.base), {
      method,
      headers: {
        "Accept-Language": this.language,
        ...(body === undefined ? {} : { "Content-Type": "application/json" }),
        ...(access === undefined ? {} : { Authorization: `Bearer ${access}` }),
        ...headers,
      },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
  }

  /** A public read, as nobody in particular: what has not changed since the last time is not sent again. */
  async read<T>(path: string): Promise<T> {
    const known = this.known.get(path);
    const headers = { "Accept-Language": this.language, ...(known && { "If-None-Match": known.etag }) };
    const response = await this.fetch(new URL(path, this.base), { headers });
    if (response.status === 304 && known) return known.body as T;
    if (!response.ok) throw await refusal(response);
    const [etag, body] = [response.headers.get("ETag"), await response.json()];
    if (etag) this.known.set(path, { etag, body });
    return body;
  }

  /** Every item of a paged list, page by page. */
  async *all<T>(path: string): AsyncGenerator<T> {
    for (let next: string | null = path; next !== null; ) {
      const page: Page<T> = await this.get<Page<T>>(next);
      yield* page.results;
      next = page.next;
    }
  }

  /** Books once, even if the answer gets lost: the key makes a repetition harmless. */
  async book(slug: string, wish: Wish): Promise<Appointment> {
    const key = { "Idempotency-Key": crypto.randomUUID() };
    const path = `/api/businesses/${slug}/appointments/`;
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await this.post<Appointment>(path, wish, key);
      } catch (error) {
        // An answer is final. Without one, nobody knows whether it was booked: the same key asks again.
        if (error instanceof ApiError || attempt === 3) throw error;
        await sleep(attempt);
      }
    }
  }
}

/** Whether sending a request twice does no more than sending it once. */
function isSafe(method: string, headers: Record<string, string>): boolean {
  return method !== "POST" || "Idempotency-Key" in headers;
}

/** The code of a refusal, leaving its body to be read again. */
async function codeOf(response: Response): Promise<string> {
  return (await refusal(response.clone())).code;
}

/** One of the places where a business is. The first of its `locations` is the one whose address the business has. */
export interface Location {
  id: string;
  name: string; // empty: none of its own
  address: string; // one line
  latitude: string | null;
  longitude: string | null;
  phone_number: string; // empty: the business's
  is_primary: boolean;
  services_count: number;
}

/** What to book: date and time as the availability endpoint wrote them, in the business's time zone. */
export interface Wish {
  service_id: string;
  date: string; // YYYY-MM-DD
  start_time: string; // HH:MM
  staff_id?: string;
  notes?: string;
  add_on_ids?: string[];
  /** What is asked at `…/services/{id}/questions/`: a text, a choice, yes or no, or a number. */
  answers?: { question_id: string; value: string | boolean | number }[];
}

/** Several services in a row, searched at `…/availability/visits/` and booked at `…/visits/`, all or none. */
export interface Visit {
  id: string;
  business: string;
  start: string;
  end: string;
  timezone: string;
  appointments: Appointment[];
}

export interface Appointment {
  id: string;
  business: string;
  status: "pending" | "confirmed" | "completed" | "cancelled" | "no_show";
  start: string; // 2026-01-05T10:00:00+01:00
  end: string;
  timezone: string; // Europe/Warsaw
  location: Pick<Location, "id" | "name" | "address" | "latitude" | "longitude">;
  /** What it was booked as a part of. */
  visit_id: string | null;
  series_id: string | null;
}

/** An instant as the clock in the salon shows it, wherever the reader is. */
export function inSalon(instant: string, timezone: string, locale = "pl-PL"): string {
  const format = new Intl.DateTimeFormat(locale, { dateStyle: "full", timeStyle: "short", timeZone: timezone });
  return format.format(new Date(instant));
}

/** Today in the salon, as `YYYY-MM-DD`: not necessarily today where the reader is. */
export function todayIn(timezone: string, now = new Date()): string {
  return new Intl.DateTimeFormat("en-CA", { timeZone: timezone }).format(now);
}
