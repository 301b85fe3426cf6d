import { Link, type LinkProps } from "@chakra-ui/react";
import { Link as RouterLink } from "react-router";

/** A link within the pages, coloured as Airflow colours links. */
export function RouteLink({ children, to, ...style }: { readonly to: string } & Omit<LinkProps, "href">) {
  return (
    <Link asChild color="fg.info" {...style}>
      <RouterLink to={to}>{children}</RouterLink>
    </Link>
  );
}
