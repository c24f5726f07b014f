import { m } from '#lib/messages/messages.js';
import { getLocale } from '#lib/messages/runtime.js';

type Label = () => string;

/** Currencies as registers write them, by their ISO 4217 code; others show as written. */
const currencyCodes: Readonly<Record<string, string>> = {
	人民币: 'CNY', 美元: 'USD', 欧元: 'EUR', 港元: 'HKD', 港币: 'HKD', 日元: 'JPY', 英镑: 'GBP', 新台币: 'TWD', 韩元: 'KRW', 新加坡元: 'SGD',
	澳大利亚元: 'AUD', 加拿大元: 'CAD', 瑞士法郎: 'CHF'
};
/** @param wan in ten thousand units of the currency. */
export function capitalLabel(wan: number, currency: string | null): string {
	const name = getLocale() === 'en' ? (currencyCodes[currency ?? ''] ?? currency) : currency;
	const n = getLocale() === 'en' ? (wan * 10_000).toLocaleString('en') : wan;
	return m.warnings_enterprise_capital_wan({ n, currency: name ?? '' }).trim();
}

const statuses: Readonly<Record<string, Label>> = {
	active: m.warnings_enterprise_status_active, cancelled: m.warnings_enterprise_status_cancelled, revoked: m.warnings_enterprise_status_revoked
};
export const enterpriseStatusLabel = (status: string): string => statuses[status]?.() ?? status;

const paths: Readonly<Record<string, Label>> = {
	random: m.warnings_enterprise_path_random, joint: m.warnings_enterprise_path_joint, campaign: m.warnings_enterprise_path_campaign,
	'lead-check': m.warnings_enterprise_path_lead_check, imported: m.warnings_enterprise_path_imported
};
export const visitPathLabel = (path: string): string => paths[path]?.() ?? path;
