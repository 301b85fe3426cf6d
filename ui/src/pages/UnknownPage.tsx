import { LuCompass } from "react-icons/lu";

import { Empty } from "@/components/Empty";
import { PageHead } from "@/components/PageHead";
import { RouteLink } from "@/components/RouteLink";

export default function UnknownPage() {
  return (
    <>
      <PageHead title="No such page" />
      <Empty icon={<LuCompass />} text="The address leads nowhere in Crosswind." title="Nothing is here">
        <RouteLink to="/connections">Go to the connections</RouteLink>
      </Empty>
    </>
  );
}
