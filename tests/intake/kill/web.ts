import { openDatabase } from '#db/connection.ts';
import { serveApi } from '../../api/support.ts';

/** The interface for systems in a process of its own, to be killed: its address is the first line it writes. */
const server = await serveApi(openDatabase({ name: 'killed', max: 4 }));
console.log(server.url);
