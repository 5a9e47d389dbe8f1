// Command portsmouth is the venue: it serves conferences, convenes them from files, replays them as text, verifies
// signed texts, and makes and restores backups.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	"github.com/spf13/cobra"

	"portsmouth"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	os.Exit(run(ctx, os.Args[1:], os.Stdout, os.Stderr))
}

// run is the program but for the process: it returns the exit status.
func run(ctx context.Context, args []string, out, errs io.Writer) int {
	root := newRoot()
	root.SetArgs(args)
	root.SetOut(out)
	root.SetErr(errs)
	err := root.ExecuteContext(ctx)
	if err == nil {
		return 0
	}
	if !errors.Is(err, errSaid) {
		fmt.Fprintln(errs, "portsmouth:", err)
	}
	return exitStatus(err)
}

// errSaid is an error whose message the command has already printed.
var errSaid = errors.New("said")

// exitStatus is 2 for what the person who typed can mend, 1 for the rest.
func exitStatus(err error) int {
	switch portsmouth.KindOf(err) {
	case portsmouth.Invalid, portsmouth.NotFound:
		return 2
	}
	return 1
}

func newRoot() *cobra.Command {
	root := &cobra.Command{
		Use:   "portsmouth",
		Short: "A neutral venue for negotiations",
		Long: `A neutral venue for negotiations: parties in conflict meet with a mediator, bargain article by article, and leave
with a text, signed and ratified, that anyone can verify.

Start with the peace conference of 1905:

  portsmouth demo`,
		Example: `  portsmouth demo                                        take a seat at Portsmouth, 1905
  portsmouth convene examples/harbour/scenario.yaml      a conference of your own; prints a link for each seat
  portsmouth serve --listen localhost:8080               open the venue
  portsmouth verify-text treaty.json                     check a signed text, with no server at hand`,
		SilenceUsage: true, SilenceErrors: true,
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	root.CompletionOptions.HiddenDefaultCmd = true
	root.AddCommand(
		newDemo(), newServe(), newConvene(), newReplay(), newSolve(), newInspect(), newConvert(),
		newVerify(), newPublish(), newWitness(), newRecord(), newVerifyText(), newRecheck(), newKey(), newSign(), newBackup(), newRestore(), newSignOut(), newVersion(),
	)
	return root
}
