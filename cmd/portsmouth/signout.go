package main

import (
	"context"
	"fmt"
	"io"

	"github.com/spf13/cobra"
)

// signingOut is the end of all sessions as the command line asks for it.
type signingOut struct {
	place
	yes bool
}

func newSignOut() *cobra.Command {
	var s signingOut
	c := &cobra.Command{
		Use:   "sign-out",
		Short: "End everybody's sessions, as after a break-in",
		Long: `End the sessions of everybody on every device, and every link to come back that has not been used. It counts at once, while the
venue runs; pages that stand open hear of it within a minute.

Whoever has a passkey comes back by it. Whoever came by a link and has none needs an invitation to a new seat, so this is for when you
fear that others are in. The host comes back by "portsmouth serve --host-link". Invitations that have not been used stay.`,
		Example: `  portsmouth sign-out --data /var/lib/portsmouth --yes`,
		Args:    cobra.NoArgs,
		RunE:    func(c *cobra.Command, _ []string) error { return s.run(c.Context(), c.OutOrStdout()) },
	}
	s.flags(c, "data")
	c.Flags().BoolVar(&s.yes, "yes", false, "do it, having read what it says")
	return c
}

func (s signingOut) run(ctx context.Context, out io.Writer) error {
	db, err := s.open(ctx, false)
	if err != nil {
		return err
	}
	defer db.Close()
	if !s.yes {
		_, err := fmt.Fprintln(out, "Everybody would be signed out; whoever has no passkey could not come back to their seat. Nothing has been done: add --yes to do it.")
		return err
	}
	ended, err := db.EndSessions(ctx)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(out, "ended: %d sessions, and every link to come back\n", ended)
	return err
}
