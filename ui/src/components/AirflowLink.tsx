import { Link, type LinkProps } from "@chakra-ui/react";
import type { MouseEvent } from "react";

import { openInAirflow } from "@/app/frame";
import { airflowBase } from "@/app/place";

/** A link to one of Airflow's own pages: the top window goes there, without a reload. */
export function AirflowLink({ children, path, ...style }: { readonly path: string } & Omit<LinkProps, "href">) {
  const go = (event: MouseEvent) => {
    if (!event.ctrlKey && !event.metaKey && !event.shiftKey) {
      event.preventDefault();
      openInAirflow(path);
    }
  };
  return (
    <Link color="fg.info" href={airflowBase + path} onClick={go} {...style}>
      {children}
    </Link>
  );
}
