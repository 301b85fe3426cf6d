import { Button } from "@chakra-ui/react";
import { Component, type ReactNode } from "react";
import { LuCircleX } from "react-icons/lu";

import { Empty } from "@/components/Empty";

type State = { readonly error: Error | undefined };

/** Keeps a fault in one page from leaving the whole frame empty. */
export class Failure extends Component<{ readonly children: ReactNode }, State> {
  override state: State = { error: undefined };

  static getDerivedStateFromError(error: Error): State {
    return { error };
  }

  override render(): ReactNode {
    const { error } = this.state;
    if (error === undefined) {
      return this.props.children;
    }
    return (
      <Empty icon={<LuCircleX />} text={error.message} title="This page could not be shown">
        <Button onClick={() => location.reload()}>Load it again</Button>
      </Empty>
    );
  }
}
