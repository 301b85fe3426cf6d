/** Where the pages live: the addresses that the server wrote into the shell. */

const meta = (name: string, fallback: string): string =>
  document.querySelector<HTMLMetaElement>(`meta[name="crosswind-${name}"]`)?.content ?? fallback;

/** Airflow's own root, such as `` or `/team`. */
export const airflowBase = meta("airflow", "");
/** Root of the REST families. */
export const restBase = meta("rest", "/crosswind");
/** Where the configuration says that gRPC listens. */
export const grpcAddress = meta("grpc", "127.0.0.1:50051");
/** Root of our own routes. */
export const routerBase = meta("router", "/");
/** Name of our page in Airflow: `/plugin/<route>`. */
const route = meta("route", "crosswind");

/** The page of Airflow's that shows ours. */
export const hostPage = `${airflowBase}/plugin/${route}`;

/** Whether we are a tab of one of Airflow's DAGs instead of pages of our own. */
export const embedded = location.pathname.startsWith(`${routerBase.replace(/\/$/u, "")}/dags/`);
