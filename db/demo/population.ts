import { dayNumber } from '#lib/calendar/days.ts';
import type { Frame } from './frame.ts';
import type { Intensity } from './intensity.ts';
import { below, labelSeed, mix, mixNormal, mixUnit, negativeBinomial, pickCumulative } from './random.ts';
import { enterprisesOfS } from './sizes.ts';

/** An enterprise that the plot needs; it lives outside the cells that ordinary events draw from. */
export type CastMember = {
	readonly county: string;
	/** Class key, e.g. `R8930`. */
	readonly industry: string;
	readonly established: number;
	readonly name?: string;
	/** Members with the same label share the person, address or phone. */
	readonly person?: string;
	readonly address?: string;
	readonly phone?: string;
	/** 1 = usual; a wicked one is a high class and often complained about. */
	readonly risk?: number;
};

/** All enterprises as columns; index order is order of establishment, the cast stands at the end. */
export type Population = {
	readonly size: number;
	readonly regular: number;
	readonly county: Uint8Array;
	readonly division: Uint8Array;
	readonly classIndex: Uint8Array;
	/** Day number of establishment. */
	readonly established: Int32Array;
	/** Day number on which it was cancelled or revoked; 0 while it lives. */
	readonly ended: Int32Array;
	readonly revoked: Uint8Array;
	/** Person, address and phone as numbers; texts are functions of them (attributes.ts). */
	readonly person: Uint32Array;
	readonly address: Uint32Array;
	readonly phone: Uint32Array;
	readonly capitalStep: Uint8Array;
	readonly nameStep: Uint8Array;
	readonly scopeStep: Uint8Array;
	/** Latent risk, standard normal; classes, complaints and inspection results lean on it. */
	readonly risk: Float32Array;
	/** Regular enterprises of each cell in order of establishment: `cellMembers[cellStart[cell] … cellStart[cell + 1]]`. */
	readonly cellStart: Uint32Array;
	readonly cellMembers: Uint32Array;
	/** How many of a cell's members are established by now; moved on by the simulation. */
	readonly cellOpen: Uint32Array;
	readonly cast: readonly CastMember[];
	/** Regular enterprises established inside the event window, in order, start here. */
	readonly firstNew: number;
	nextId: number;
};

/** Ids above this belong to labels of the cast. */
export const castIds = 0xf0000000;

/** Draws all enterprises: old ones over seventeen and a half years, new ones from the registration process, then the cast. */
export function populate(frame: Frame, registrations: Intensity, cast: readonly CastMember[]): Population {
	const size = enterprisesOfS * frame.factor;
	const born = drawRegistrations(frame, registrations, size);
	const regular = size - cast.length;
	const firstNew = regular - born.length / 3;
	const random = frame.stream('population');
	const county = new Uint8Array(size);
	const division = new Uint8Array(size);
	const classIndex = new Uint8Array(size);
	const established = new Int32Array(size);

	const old = new Int32Array(firstNew);
	const start = frame.firstEventDay - Math.round(17.5 * 365.25);
	const span = frame.firstEventDay - start;
	const growth = 1.6;
	for (let i = 0; i < firstNew; i++) {
		let day = start + Math.floor((span * Math.log1p(random() * Math.expm1(growth))) / growth);
		// Registered on working days, nearly always.
		if (random() > 0.04) day -= Math.max(0, ((((day + 3) % 7) + 7) % 7) - 4);
		old[i] = day;
	}
	old.sort();
	const cells = Float64Array.from(frame.cellShare);
	for (let i = 1; i < cells.length; i++) cells[i] = (cells[i] as number) + (cells[i - 1] as number);
	for (let i = 0; i < firstNew; i++) {
		const cell = pickCumulative(random, cells);
		county[i] = Math.floor(cell / frame.divisions.length);
		division[i] = cell % frame.divisions.length;
		established[i] = old[i] as number;
	}
	for (let i = firstNew, b = 0; i < regular; i++, b += 3) {
		established[i] = born[b] as number;
		county[i] = born[b + 1] as number;
		division[i] = born[b + 2] as number;
	}
	cast.forEach((member, index) => {
		const i = regular + index;
		county[i] = frame.counties.indexOf(member.county);
		division[i] = frame.divisions.indexOf(member.industry.slice(0, 3));
		classIndex[i] = (frame.classes[division[i] as number] as readonly string[]).indexOf(member.industry);
		established[i] = member.established;
	});
	drawClasses(frame, division, classIndex, regular);

	const population: Population = {
		size, regular, county, division, classIndex, established, firstNew, cast,
		ended: new Int32Array(size),
		revoked: new Uint8Array(size),
		person: Uint32Array.from({ length: size }, (_, i) => i),
		address: Uint32Array.from({ length: size }, (_, i) => i),
		phone: Uint32Array.from({ length: size }, (_, i) => i),
		capitalStep: new Uint8Array(size),
		nameStep: new Uint8Array(size),
		scopeStep: new Uint8Array(size),
		risk: Float32Array.from({ length: size }, (_, i) => mixNormal(labelSeed(frame.seed, 'risk'), i)),
		...cellIndex(frame, county, division, regular),
		cellOpen: new Uint32Array(frame.counties.length * frame.divisions.length),
		nextId: size
	};
	endOld(frame, population);
	sharePeopleAndPhones(frame, population);
	cast.forEach((member, index) => {
		const i = regular + index;
		if (member.person !== undefined) population.person[i] = castId(member.person);
		if (member.address !== undefined) population.address[i] = castId(member.address);
		if (member.phone !== undefined) population.phone[i] = castId(member.phone);
		if (member.risk !== undefined) population.risk[i] = member.risk;
	});
	return population;
}

/** The number that stands for a label of the cast. */
export function castId(label: string): number {
	return castIds + (labelSeed(1, label) % 0x0fffffff);
}

/** Regular registrations of the event window as triples (day, county, division), in order of time. */
function drawRegistrations(frame: Frame, intensity: Intensity, size: number): Int32Array {
	const random = frame.stream('registration');
	const width = frame.divisions.length;
	const triples: number[] = [];
	for (const facts of frame.days) {
		if (facts.number < frame.firstEventDay || facts.number >= frame.todayNumber) continue;
		const cumulative = intensity.cumulative(facts);
		for (let c = 0; c < frame.counties.length; c++) {
			const n = negativeBinomial(random, intensity.mean(c, facts), intensity.process.phi);
			for (let k = 0; k < n; k++) triples.push(facts.number, c, pickCumulative(random, cumulative, c * width, width));
		}
	}
	if (triples.length / 3 > size / 2) throw new Error('more registrations than the register can hold');
	return Int32Array.from(triples);
}

/** A few classes of a division hold most of its enterprises. */
function drawClasses(frame: Frame, division: Uint8Array, classIndex: Uint8Array, regular: number): void {
	const random = frame.stream('classes');
	const seed = labelSeed(3, 'class weights');
	const boosted: Readonly<Record<string, number>> = { R8930: 6, O8040: 6, H6210: 5, H6241: 3, F5211: 3, F5212: 3, L7212: 3, M7519: 3 };
	const tables = frame.classes.map((classes, v) => {
		let sum = 0;
		return Float64Array.from(classes, (key, k) => (sum += boosted[key] ?? 0.08 + Math.pow(mixUnit(seed + v, k), 3)));
	});
	for (let i = 0; i < regular; i++) classIndex[i] = pickCumulative(random, tables[division[i] as number] as Float64Array);
}

function cellIndex(frame: Frame, county: Uint8Array, division: Uint8Array, regular: number) {
	const width = frame.divisions.length;
	const cellStart = new Uint32Array(frame.counties.length * width + 1);
	for (let i = 0; i < regular; i++) {
		const cell = (county[i] as number) * width + (division[i] as number);
		cellStart[cell + 1] = (cellStart[cell + 1] as number) + 1;
	}
	for (let cell = 1; cell < cellStart.length; cell++) cellStart[cell] = (cellStart[cell] as number) + (cellStart[cell - 1] as number);
	const next = cellStart.slice();
	const cellMembers = new Uint32Array(regular);
	for (let i = 0; i < regular; i++) {
		const cell = (county[i] as number) * width + (division[i] as number);
		cellMembers[next[cell] as number] = i;
		next[cell] = (next[cell] as number) + 1;
	}
	return { cellStart, cellMembers };
}

/** About one old enterprise in ten had left the market before the event window. */
function endOld(frame: Frame, population: Population): void {
	const random = frame.stream('ended');
	for (let i = 0; i < population.firstNew; i++) {
		if (random() > 0.1) continue;
		const from = (population.established[i] as number) + 90;
		if (from >= frame.firstEventDay) continue;
		population.ended[i] = from + below(random, frame.firstEventDay - from);
		population.revoked[i] = random() < 0.2 ? 1 : 0;
	}
}

/** Some people hold a second or third company nearby; agents leave their own phone number on what they register. */
function sharePeopleAndPhones(frame: Frame, population: Population): void {
	const random = frame.stream('sharing');
	const last = new Int32Array(frame.counties.length).fill(-1);
	const agents = Math.max(1, Math.round(25 * frame.factor));
	for (let i = 0; i < population.regular; i++) {
		const c = population.county[i] as number;
		if (random() < 0.07 && (last[c] as number) >= 0) population.person[i] = population.person[last[c] as number] as number;
		if (random() < 0.06) population.phone[i] = 0x80000000 + (frame.cityOf[c] as number) * 100_000 + (mix(frame.seed + c, below(random, agents)) % agents);
		if (random() < 0.1) last[c] = i;
	}
}

/** The day number of a day before today: 1 is the last day with events. */
export function daysAgo(frame: Frame, days: number): number {
	return dayNumber(frame.today) - days;
}
