import { readAddress } from '#lib/notices/address.ts';
import { datasets, isDataset, type Dataset } from '#lib/outward/datasets.ts';

/** The environment: read and checked here and nowhere else. */

export const logLevels = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;
export type LogLevel = (typeof logLevels)[number];

export type Settings = {
	readonly port: number;
	readonly host: string;
	/** `https://qianshao.example` behind a proxy; null: whatever address the browser asked for, over plain http. */
	readonly origin: string | null;
	/** Null: the embedded server in `dataDir`. */
	readonly databaseUrl: string | null;
	/** Relative paths count from the working directory. */
	readonly dataDir: string;
	/** Load the demo jurisdiction into an empty database. */
	readonly demo: boolean;
	readonly demoPassword: string | null;
	readonly logLevel: LogLevel;
	/** Lets others than this machine read /metrics; null: nobody else. */
	readonly metricsToken: string | null;
	/** Bytes of an upload; `K`, `M` and `G` are understood. */
	readonly bodySizeLimit: string;
	/** Bytes that must stay free on the disk; with less, nothing more is taken in. */
	readonly diskStop: number;
	/** Bytes below which people are told that the disk is getting full. */
	readonly diskTell: number;
	/** Where backups are written by schedule; null: none are made. */
	readonly backupDir: string | null;
	/** So many of the newest scheduled backups are kept. */
	readonly backupKeep: number;
	/** Datasets of which what is new is put into DATA_DIR/outbox each day; none unless named. */
	readonly outbox: readonly Dataset[];
	/** The watched folder; null: `inbox` in `dataDir`. */
	readonly inboxDir: string | null;
	/** Connections to other databases' exchange tables by name: EXCHANGE_URL_PERMIT_OFFICE is `permit-office`. Hold passwords. */
	readonly exchangeUrls: Readonly<Record<string, string>>;
	/** The server that takes our letters and who they are from; null: no e-mail. Holds a password. */
	readonly smtp: SmtpSettings | null;
};

export type SmtpSettings = {
	readonly host: string;
	readonly port: number;
	/** `smtps://`: encrypted from the first byte; else STARTTLS. */
	readonly secure: boolean;
	readonly user: string | null;
	readonly password: string | null;
	/** A bare address. */
	readonly from: string;
};

export type SettingsResult =
	| { readonly ok: true; readonly settings: Settings }
	| { readonly ok: false; readonly variable: string; readonly reason: string };

type Environment = Readonly<Record<string, string | undefined>>;

class BadSetting extends Error {
	readonly variable: string;
	constructor(variable: string, reason: string) {
		super(reason);
		this.variable = variable;
	}
}

/** Reads and checks the environment; an empty variable counts as unset. The first bad value is named. */
export function readSettings(environment: Environment): SettingsResult {
	const get = (variable: string): string | null => environment[variable]?.trim() || null;
	try {
		return {
			ok: true,
			settings: {
				port: port(get('PORT')),
				host: host(get('HOST')),
				origin: origin(get('ORIGIN')),
				databaseUrl: databaseUrl('DATABASE_URL', get('DATABASE_URL')),
				dataDir: get('DATA_DIR') ?? '.data',
				demo: oneOf('DEMO', get('DEMO') ?? 'on', ['on', 'off']) === 'on',
				demoPassword: demoPassword(get('DEMO_PASSWORD')),
				logLevel: oneOf('LOG_LEVEL', get('LOG_LEVEL') ?? 'info', logLevels),
				metricsToken: metricsToken(get('METRICS_TOKEN')),
				bodySizeLimit: bodySizeLimit(get('BODY_SIZE_LIMIT')),
				diskStop: bytes('DISK_STOP', get('DISK_STOP') ?? defaultDiskStop),
				diskTell: bytes('DISK_TELL', get('DISK_TELL') ?? defaultDiskTell),
				backupDir: get('BACKUP_DIR'),
				backupKeep: count('BACKUP_KEEP', get('BACKUP_KEEP') ?? '14', 1, 1000),
				outbox: outbox(get('OUTBOX_DATASETS')),
				inboxDir: get('INBOX_DIR'),
				exchangeUrls: exchangeUrls(environment),
				smtp: smtp(get('SMTP_URL'), get('SMTP_FROM'))
			}
		};
	} catch (error) {
		if (error instanceof BadSetting) return { ok: false, variable: error.variable, reason: error.message };
		throw error;
	}
}

/**
 * PostgreSQL writes up to 1 GB of its log between checkpoints (max_wal_size) and stops at once when it cannot; as much again for the
 * rows of a file that is being merged just then.
 */
const defaultDiskStop = '2G';
/** Room for some days of ordinary delivery at a province, so that a person can act on a working day. */
const defaultDiskTell = '10G';

let current: Settings | undefined;

/** The settings of this process. Throws one line naming the variable when the environment is wrong. */
export function settings(): Settings {
	if (current !== undefined) return current;
	const result = readSettings(process.env);
	if (!result.ok) throw new Error(`${result.variable}: ${result.reason}`);
	return (current = result.settings);
}

function port(text: string | null): number {
	if (text === null) return 3000;
	const value = /^\d{1,5}$/.test(text) ? Number(text) : NaN;
	if (!(value >= 1 && value <= 65_535)) throw new BadSetting('PORT', `must be a number from 1 to 65535, not "${text}"`);
	return value;
}

/** Loopback by default: a demo whose passwords are printed should be asked for before the network sees it. */
function host(text: string | null): string {
	if (text === null) return '127.0.0.1';
	if (!/^[0-9A-Za-z.:_-]+$/.test(text)) throw new BadSetting('HOST', `must be a host name or address, not "${text}"`);
	return text;
}

function origin(text: string | null): string | null {
	if (text === null) return null;
	const url = parseUrl(text);
	if (url === null || !/^https?:$/.test(url.protocol) || url.origin !== text.replace(/\/$/, '')) {
		throw new BadSetting('ORIGIN', `must look like https://qianshao.example, not "${text}"`);
	}
	return url.origin;
}

/** The value itself is not repeated: it holds a password. */
function databaseUrl(variable: string, text: string | null): string | null {
	if (text === null) return null;
	if (!isDatabaseUrl(text)) {
		throw new BadSetting(variable, 'must look like postgres://user:password@host:5432/database');
	}
	return text;
}

/** Whether a text is an address that `pg` can connect to, with a database in it. */
export function isDatabaseUrl(text: string): boolean {
	const url = parseUrl(text);
	return url !== null && /^postgres(ql)?:$/.test(url.protocol) && url.pathname.length >= 2;
}

const exchangeVariable = /^EXCHANGE_URL_([A-Z0-9]+(?:_[A-Z0-9]+)*)$/;

function exchangeUrls(environment: Environment): Readonly<Record<string, string>> {
	const found: Record<string, string> = {};
	for (const [variable, value] of Object.entries(environment)) {
		const name = exchangeVariable.exec(variable)?.[1]?.toLowerCase().replaceAll('_', '-');
		if (name === undefined) continue;
		const url = databaseUrl(variable, value?.trim() || null);
		if (url !== null) found[name] = url;
	}
	return found;
}

/** The value itself is not repeated: it holds a password. */
function smtp(text: string | null, from: string | null): SmtpSettings | null {
	if (text === null) return null;
	const url = parseUrl(text);
	if (url === null || !/^smtps?:$/.test(url.protocol) || url.hostname === '' || !['', '/'].includes(url.pathname) || url.search !== '' || url.hash !== '') {
		throw new BadSetting('SMTP_URL', 'must look like smtps://user:password@mail.example:465 or smtp://mail.example:587, with special characters of the password percent-encoded');
	}
	const address = readAddress(from ?? '')?.address;
	if (address === undefined) throw new BadSetting('SMTP_FROM', from === null ? 'must be set when SMTP_URL is' : `must be an e-mail address like qianshao@office.example, not "${from}"`);
	const secure = url.protocol === 'smtps:';
	try {
		return {
			// Other schemes than http keep their host as it was written.
			host: url.hostname.toLowerCase(), port: url.port === '' ? (secure ? 465 : 587) : Number(url.port), secure,
			user: decodeURIComponent(url.username) || null, password: decodeURIComponent(url.password) || null, from: address
		};
	} catch {
		throw new BadSetting('SMTP_URL', 'has a user or password whose % is not percent-encoded as %25');
	}
}

function demoPassword(text: string | null): string | null {
	if (text !== null && text.length < 8) throw new BadSetting('DEMO_PASSWORD', 'must have at least 8 characters');
	return text;
}

function metricsToken(text: string | null): string | null {
	if (text !== null && text.length < 16) throw new BadSetting('METRICS_TOKEN', 'must have at least 16 characters');
	return text;
}

/** adapter-node allows 512 kB, too little for a month of registrations. */
function bodySizeLimit(text: string | null): string {
	if (text === null) return '512M';
	if (!/^\d+[KMG]?$/i.test(text)) throw new BadSetting('BODY_SIZE_LIMIT', `must be a size like 512M, not "${text}"`);
	return text;
}

const factor = { '': 1, K: 1024, M: 1024 ** 2, G: 1024 ** 3, T: 1024 ** 4 } as const;

function bytes(variable: string, text: string): number {
	const match = /^(\d{1,15})([KMGT]?)$/i.exec(text);
	const value = match === null ? NaN : Number(match[1]) * factor[match[2]!.toUpperCase() as keyof typeof factor];
	if (!Number.isSafeInteger(value)) throw new BadSetting(variable, `must be a size like 2G, not "${text}"`);
	return value;
}

function count(variable: string, text: string, least: number, most: number): number {
	const value = /^\d{1,9}$/.test(text) ? Number(text) : NaN;
	if (!(value >= least && value <= most)) throw new BadSetting(variable, `must be a number from ${least} to ${most}, not "${text}"`);
	return value;
}

function outbox(text: string | null): readonly Dataset[] {
	const names = (text ?? '').split(',').map((name) => name.trim()).filter((name) => name !== '');
	const unknown = names.find((name) => !isDataset(name));
	if (unknown !== undefined) throw new BadSetting('OUTBOX_DATASETS', `must be names of ${datasets.join(', ')} with commas between, not "${unknown}"`);
	return datasets.filter((dataset) => names.includes(dataset));
}

function oneOf<T extends string>(variable: string, text: string, allowed: readonly T[]): T {
	const found = allowed.find((value) => value === text.toLowerCase());
	if (found === undefined) throw new BadSetting(variable, `must be one of ${allowed.join(', ')}, not "${text}"`);
	return found;
}

function parseUrl(text: string): URL | null {
	return URL.canParse(text) ? new URL(text) : null;
}
