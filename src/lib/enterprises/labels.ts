import { m } from '#lib/messages/messages.js';

type Label = () => string;

const statuses: Readonly<Record<string, Label>> = {
	active: m.warnings_enterprise_status_active, cancelled: m.warnings_enterprise_status_cancelled, revoked: m.warnings_enterprise_status_revoked
};
export const enterpriseStatusLabel = (status: string): string => statuses[status]?.() ?? status;

const linkKinds = {
	address: m.warnings_enterprise_link_address, person: m.warnings_enterprise_link_person, phone: m.warnings_enterprise_link_phone
} as const;
export const linkKindLabel = (kind: keyof typeof linkKinds): string => linkKinds[kind]();

const paths: Readonly<Record<string, Label>> = {
	random: m.warnings_enterprise_path_random, joint: m.warnings_enterprise_path_joint, campaign: m.warnings_enterprise_path_campaign,
	'lead-check': m.warnings_enterprise_path_lead_check, imported: m.warnings_enterprise_path_imported
};
export const visitPathLabel = (path: string): string => paths[path]?.() ?? path;
