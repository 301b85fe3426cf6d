import { Badge, Flex, IconButton, Table, Text } from "@chakra-ui/react";
import { useState } from "react";
import { LuChevronDown, LuChevronRight, LuWrench } from "react-icons/lu";

import type { Violation } from "@/api/governanceTypes";
import { Ago } from "@/components/Ago";
import { RouteLink } from "@/components/RouteLink";
import { SeverityBadge } from "@/components/SeverityBadge";
import { StateBadge } from "@/components/StateBadge";
import { Tick } from "@/components/Tick";
import { citations } from "@/pages/compliance/citations";
import { HEADS } from "@/pages/compliance/heads";
import { ViolationDetail } from "@/pages/compliance/ViolationDetail";

function pageOf({ assetId, resource: { id, type } }: Violation): string | undefined {
  if (assetId) {
    return `/assets/${assetId}`;
  }
  return type === "connection" ? `/connections/${encodeURIComponent(id)}` : undefined;
}

function Where({ violation }: { readonly violation: Violation }) {
  const { name } = violation.resource;
  const page = pageOf(violation);
  return page === undefined ? (
    <Text as="span" overflowWrap="anywhere">
      {name}
    </Text>
  ) : (
    <RouteLink overflowWrap="anywhere" to={page}>
      {name}
    </RouteLink>
  );
}

type Props = {
  readonly chosen: boolean;
  readonly mayChoose: boolean;
  readonly onChoose: () => void;
  readonly violation: Violation;
};

export function ViolationRow({ chosen, mayChoose, onChoose, violation }: Props) {
  const [open, setOpen] = useState(false);
  const { action, firstSeen, id, owner, resource, severity, status, title } = violation;
  const detailsId = `violation-${id}`;
  return (
    <>
      <Table.Row>
        {mayChoose ? (
          <Table.Cell>
            {status === "open" ? (
              <Tick checked={chosen} label={`Choose ${title}: ${resource.name}`} onToggle={onChoose} />
            ) : null}
          </Table.Cell>
        ) : null}
        <Table.Cell pe={0}>
          <IconButton
            aria-controls={open ? detailsId : undefined}
            aria-expanded={open}
            aria-label={`Details of ${title}: ${resource.name}`}
            onClick={() => setOpen(!open)}
            size="2xs"
            variant="ghost"
          >
            {open ? <LuChevronDown /> : <LuChevronRight />}
          </IconButton>
        </Table.Cell>
        <Table.Cell>
          <SeverityBadge severity={severity} />
        </Table.Cell>
        <Table.Cell>
          <Text fontWeight="medium">{title}</Text>
          <Text fontSize="xs" hideFrom="md" mt={0.5}>
            <Where violation={violation} />
          </Text>
          <Flex align="center" color="fg.muted" fontSize="xs" gap={2} mt={0.5} wrap="wrap">
            {citations(violation).map(([standard]) => standard).join(" · ")}
            {status === "closed" ? <StateBadge state="closed" /> : null}
            {status === "open" && violation.waiver ? (
              <StateBadge label="accepted" state="inactive" title={`By ${violation.waiver.by}: ${violation.waiver.reason}`} />
            ) : null}
            {status === "open" && action !== null ? (
              <Badge size="xs" title={`Can be done here: ${action}`} variant="outline">
                <LuWrench aria-hidden /> fixable
              </Badge>
            ) : null}
          </Flex>
        </Table.Cell>
        <Table.Cell hideBelow="md" maxW="280px">
          <Where violation={violation} />
        </Table.Cell>
        <Table.Cell hideBelow="lg">{owner ?? <Text color="fg.muted">nobody</Text>}</Table.Cell>
        <Table.Cell hideBelow="md">
          <Ago color="fg.muted" moment={firstSeen} />
        </Table.Cell>
      </Table.Row>
      {open ? (
        <Table.Row id={detailsId}>
          <Table.Cell colSpan={HEADS.length + Number(mayChoose)} p={4}>
            <ViolationDetail violation={violation} />
          </Table.Cell>
        </Table.Row>
      ) : null}
    </>
  );
}
