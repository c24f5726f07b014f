/** Tells what time it is. The database's clock is the truth (`databaseClock`); tests hold theirs still. */
export type Clock = () => Promise<Date>;

/** A clock that stands still. */
export function fixedClock(at: Date): Clock {
	return async () => at;
}
