/** Tells what time it is. The database's clock is the truth (`databaseClock`). */
export type Clock = () => Promise<Date>;
