import { Readable } from 'node:stream';
import MailComposer from 'nodemailer/lib/mail-composer';
import SMTPConnection from 'nodemailer/lib/smtp-connection';
import type { SmtpSettings } from '#lib/settings/settings.ts';
import { longestHandOverMs, type Handed, type HandingProblem } from './handing.ts';
import type { Letter } from './letter.ts';

const connectMs = 10_000;
/** RFC 5321 wants minutes; an office's own server answers in seconds, and everybody behind this letter waits. */
const answerMs = 30_000;
/** What a server says is kept this far. */
const detailLength = 200;

const loopback = /^(127\.[\d.]+|\[::1\]|localhost)$/;

export type Mail = Letter & { readonly id: string; readonly to: string; readonly at: Date };

/** A connection on which letters are handed over one after the other. */
export type Mailer = { readonly send: (mail: Mail) => Promise<Handed>; readonly usable: () => boolean; readonly close: () => void };

type Failed = { readonly ok: false; readonly problem: HandingProblem; readonly detail: string };
type SmtpError = Error & { readonly code?: string; readonly originalCode?: string; readonly responseCode?: number; readonly response?: string };

/**
 * Connects and logs in: whatever goes wrong here, no letter was touched.
 *
 * @param plain the security administrator allows this host to be spoken to without encryption. Else STARTTLS or `smtps://` is a must.
 */
export async function openMailer(smtp: SmtpSettings, plain: boolean): Promise<{ readonly ok: true; readonly mailer: Mailer } | Failed> {
	const connection = new SMTPConnection({
		host: smtp.host.replace(/^\[(.*)\]$/, '$1'), port: smtp.port, secure: smtp.secure, requireTLS: !smtp.secure && !plain, opportunisticTLS: plain,
		connectionTimeout: connectMs, greetingTimeout: connectMs, dnsTimeout: connectMs, socketTimeout: answerMs, allowInternalNetworkInterfaces: true
	});
	let usable = true;
	// Whoever waits for an answer is told as well, but not of every end; without a listener for errors one would end the process.
	const broken = new Promise<never>((_, reject) => {
		const end = (error: Error) => {
			usable = false;
			reject(error);
		};
		connection.once('error', end);
		connection.once('end', () => end(Object.assign(new Error('the connection was closed'), { code: 'ECONNECTION' })));
		connection.on('error', () => undefined);
	});
	broken.catch(() => undefined);
	try {
		await Promise.race([broken, new Promise<void>((resolve, reject) => connection.connect((error) => (error ? reject(error) : resolve())))]);
		const { user, password } = smtp;
		if (user !== null) {
			// A password in the clear is worse than a letter in the clear: it leaves the machine encrypted, whatever the list says of the host.
			if (!connection.secure && !loopback.test(smtp.host)) throw Object.assign(new Error('a password is not sent without encryption'), { code: 'ETLS' });
			await Promise.race([broken, new Promise<void>((resolve, reject) => connection.login({ user, pass: password ?? '' }, (error) => (error ? reject(error) : resolve())))]);
		}
		return { ok: true, mailer: { send: (mail) => send(connection, broken, smtp, mail), usable: () => usable, close: () => connection.quit() } };
	} catch (error) {
		connection.close();
		return { ok: false, problem: connectProblem(error as SmtpError), detail: said(error as SmtpError) };
	}
}

async function send(connection: SMTPConnection, broken: Promise<never>, smtp: SmtpSettings, mail: Mail): Promise<Handed> {
	const bytes = await new MailComposer({
		from: { name: '', address: smtp.from }, to: { name: '', address: mail.to }, subject: mail.subject, text: mail.text, date: mail.at,
		messageId: `<${mail.id}@${smtp.from.slice(smtp.from.lastIndexOf('@') + 1)}>`, textEncoding: 'base64', disableFileAccess: true, disableUrlAccess: true,
		// RFC 3834: nobody's absence note answers us, so that no two machines write to each other for ever.
		headers: { 'Auto-Submitted': 'auto-generated', 'X-Auto-Response-Suppress': 'All' }
	}).compile().build();
	// Read only when the server has said that it takes the letter: before that nothing of it can have arrived.
	let begun = false;
	const body = Readable.from((function* () {
		begun = true;
		yield bytes;
	})());
	const cut = setTimeout(() => connection.close(), longestHandOverMs);
	try {
		await Promise.race([
			new Promise<void>((resolve, reject) => connection.send({ from: smtp.from, to: [mail.to], size: bytes.length }, body, (error) => (error ? reject(error) : resolve()))),
			broken
		]);
		return { end: 'sent' };
	} catch (error) {
		const { responseCode } = error as SmtpError;
		const detail = said(error as SmtpError);
		// After a refusal the rest of the session is in doubt: the next letter gets a connection of its own.
		connection.close();
		if (responseCode !== undefined && responseCode >= 400) return { end: responseCode >= 500 ? 'never' : 'later', problem: 'refused', detail };
		return begun ? { end: 'unknown', problem: 'no-answer', detail } : { end: 'later', problem: 'unreachable', detail };
	} finally {
		clearTimeout(cut);
	}
}

function connectProblem({ code, originalCode = '' }: SmtpError): HandingProblem {
	if (code === 'EAUTH') return 'login-refused';
	if (/CERT|SSL|TLS/.test(originalCode)) return 'tls';
	return code === 'ETLS' ? 'not-encrypted' : 'unreachable';
}

/** The server's words in one line; they name no password. */
function said({ response, message }: SmtpError): string {
	return (response ?? message).replace(/[\x00-\x1f\x7f]+/g, ' ').slice(0, detailLength);
}
