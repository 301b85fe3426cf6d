import { EmptyState, VStack } from "@chakra-ui/react";
import type { ReactNode } from "react";

type Props = {
  readonly children?: ReactNode;
  readonly icon: ReactNode;
  readonly text: ReactNode;
  readonly title: string;
};

/** An empty page that says what would fill it. */
export function Empty({ children, icon, text, title }: Props) {
  return (
    <EmptyState.Root size="sm">
      <EmptyState.Content>
        <EmptyState.Indicator>{icon}</EmptyState.Indicator>
        <VStack textAlign="center">
          <EmptyState.Title as="h2">{title}</EmptyState.Title>
          <EmptyState.Description maxW="48ch">{text}</EmptyState.Description>
        </VStack>
        {children}
      </EmptyState.Content>
    </EmptyState.Root>
  );
}
