import type { AddressKey } from '#lib/enterprises/address.ts';
import { parseCapital, type ParsedCapital } from '#lib/enterprises/capital.ts';
import { personKey } from '#lib/enterprises/person.ts';
import { phoneKey } from '#lib/enterprises/phone.ts';
import { statusOf } from '#lib/intake/cell-values.ts';
import { limits } from '#lib/intake/limits.ts';
import type { StagedRow } from '#lib/intake/merge/stage.ts';
import { tooLongField } from '#lib/intake/reject-reasons.ts';
import type { RowCells } from './cells.ts';
import { memo } from './memo.ts';
import { isNoName } from './no-name.ts';
import { Refused } from './refused.ts';

type RegisterContext = { readonly addressKey: AddressKey; readonly capitalUnit: string };

/** Reads what the register holds of an enterprise: as it is stated, and as one of its items was changed. */
export type RegisterFields = {
	readonly state: (out: StagedRow, region: string) => void;
	/** The register's new value goes into the register's columns; what it is, the item says. */
	readonly change: (out: StagedRow, region: string) => void;
};

export function makeRegister({ addressKey, capitalUnit }: RegisterContext, cells: RowCells): RegisterFields {
	const capitals = memo((text: string): ParsedCapital => parseCapital(text, capitalUnit));

	function address(out: StagedRow, value: string | null, region: string): void {
		out.address = value;
		const key = value === null ? null : addressKey(value, region);
		// No index takes a page of text, and no such place is one.
		out.address_key = key === null || key.length > 2 * limits.keyCharacters ? null : key;
		if (value !== null && out.address_key === null) cells.note('address-unreadable', value);
	}

	function capital(out: StagedRow, value: string | null): void {
		if (value === null) return;
		out.capital_raw = value;
		const parsed = capitals(value);
		if (!parsed.ok) {
			cells.note(`capital-${parsed.fault}`, value);
			return;
		}
		out.capital_wan = parsed.capital.wan;
		out.capital_currency = parsed.capital.currency;
	}

	return {
		state(out, region) {
			out.enterprise_type = cells.text('enterpriseType');
			out.legal_rep = cells.text('legalRep');
			out.legal_rep_key = personKey(cells.text('legalRepId'), out.legal_rep, region);
			address(out, cells.text('address'), region);
			out.phone = cells.text('phone');
			out.phone_key = out.phone === null ? null : phoneKey(out.phone);
			if (out.phone !== null && out.phone_key === null) cells.note('phone-unreadable', out.phone);
			out.agent = cells.text('agent');
			// A firm or a person by name, the same in one city: no agent is known by a number.
			out.agent_key = personKey(null, out.agent, region);
			capital(out, cells.text('capital'));
			const established = cells.date('establishedOn');
			out.established_on = established?.day ?? (out.day as string | null);
			if (established !== null) cells.say('establishedOn', established.day);
			const status = cells.text('status');
			out.status = status === null ? null : statusOf(status);
			const cancelled = cells.date('cancelledOn');
			out.cancelled_on = cancelled === null ? null : cells.say('cancelledOn', cancelled.day);
			out.key_class = cells.flag('keyClass');
			if (out.key_class !== null) cells.say('keyClass', String(out.key_class));
		},
		change(out, region) {
			const after = cells.cell('after') || null;
			const id = cells.text('afterId');
			const named = out.item === 'legal-representative' || out.item === 'name';
			if (named && after !== null && after.length > limits.keyCharacters) throw new Refused(tooLongField(cells.at('after'), after.length, limits.keyCharacters));
			if (out.item === 'legal-representative') {
				out.legal_rep = after;
				out.legal_rep_key = personKey(id, after, region);
				out.person_key = out.legal_rep_key;
			} else if (out.item === 'address') address(out, after, region);
			else if (out.item === 'capital') capital(out, after);
			else if (out.item === 'name' && after !== null) {
				const isNone = isNoName(after);
				if (isNone) cells.note('name-placeholder', after);
				else out.name = after;
			}
			if (out.item !== 'name') out.name = null;
		}
	};
}
