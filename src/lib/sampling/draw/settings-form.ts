import { teamModes } from './teams.ts';
import type { TaskSettings, Wish } from '../tasks/scope.ts';

/** Fields of the settings' form that hold a figure. */
export type SettingField = 'number' | 'percent' | 'floor' | 'cap' | 'experts' | 'control';

/** Bounds of each figure; percent with one decimal, the others whole. */
export const settingBounds: Readonly<Record<SettingField, readonly [min: number, max: number]>> = {
	number: [1, 100_000], percent: [0.1, 100], floor: [0, 100_000], cap: [1, 100_000], experts: [0, 3], control: [0, 50]
};

/**
 * What a form says of a task's settings: only the fields it has. `group` fields name which checkboxes the form holds, since one that is
 * not checked is not sent.
 *
 * @returns `wrong`: figures that are none or out of bounds; they are left as they were.
 */
export function settingsFrom(get: (name: string) => string | null): { readonly settings: Partial<TaskSettings>; readonly wrong: readonly SettingField[] } {
	const wrong: SettingField[] = [];
	const figure = (name: SettingField): number | null => {
		const given = get(name);
		if (given === null) return null;
		const [min, max] = settingBounds[name];
		const value = Number(given);
		const whole = name === 'percent' || Number.isInteger(value);
		if (given !== '' && whole && value >= min && value <= max) return value;
		wrong.push(name);
		return null;
	};
	const wish = wishFrom(get('mode'), figure);
	const floor = figure('floor');
	const cap = figure('cap');
	const experts = figure('experts');
	const control = figure('control');
	const team = teamModes.find((t) => t === get('team'));
	const entropy = get('entropySource');
	const boxes = (get('boxes') ?? '').split(' ');
	const box = (name: 'weighted' | 'spareOnSite' | 'joinOpen'): Partial<TaskSettings> => (boxes.includes(name) ? { [name]: get(name) !== null } : {});
	return {
		settings: {
			...(wish ? { wish } : {}),
			...(floor === null ? {} : { floor }),
			...(cap === null ? {} : { cap }),
			...(experts === null ? {} : { experts }),
			...(control === null ? {} : { control: control / 100 }),
			...(team ? { team } : {}),
			...(entropy === null ? {} : { entropySource: entropy.replace(/\s+/g, ' ').trim().slice(0, 200) }),
			...box('weighted'), ...box('spareOnSite'), ...box('joinOpen')
		},
		wrong
	};
}

/** Only the figure that the mode needs is read: what stands in the other field means nothing. */
function wishFrom(mode: string | null, figure: (name: SettingField) => number | null): Wish | null {
	switch (mode) {
		case 'preset':
			return { mode: 'ratio', ratio: null };
		case 'all':
			return { mode: 'all' };
		case 'number': {
			const value = figure('number');
			return value === null ? null : { mode: 'number', number: value };
		}
		case 'ratio': {
			const value = figure('percent');
			return value === null ? null : { mode: 'ratio', ratio: value / 100 };
		}
		default:
			return null;
	}
}
