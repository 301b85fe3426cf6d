/** Kinds of personal data, in words a person uses. */

import type { Finding } from "@/api/governanceTypes";
import { words } from "@/components/format";

const KINDS: Record<string, string> = {
  ADDRESS: "Postal address",
  DATE_OF_BIRTH: "Date of birth",
  EMAIL: "E-mail address",
  IBAN: "IBAN",
  IP_ADDRESS: "IP address",
  NATIONAL_ID: "National id",
  PAYMENT_CARD: "Payment card",
  PERSON_NAME: "Person's name",
  PHONE: "Phone number",
};

export const kindName = (kind: string): string => KINDS[kind] ?? words(kind);

/** The kind, and what of it. */
export const findingName = ({ detail, kind }: Pick<Finding, "detail" | "kind">): string =>
  detail ? `${kindName(kind)} (${detail})` : kindName(kind);

export const KIND_OPTIONS = Object.entries(KINDS);

/** `0.974` as `97 %`; never more than it is. */
export const percent = (share: number): string => `${Math.floor(share * 100 + 1e-9)} %`;
