package main

import (
	"fmt"
	"io"
	"os"
	"runtime/debug"

	"github.com/spf13/cobra"

	"portsmouth"
	"portsmouth/treaty"
)

func newVerifyText() *cobra.Command {
	var show string
	c := &cobra.Command{
		Use:   "verify-text FILE",
		Short: "Check a signed text: its digest and every signature",
		Long: `Check a signed text, as it is downloaded from the signing page (treaty.json), with no server at hand: that the digest is
that of the text, that every party has signed exactly this text with a key of its own, and that no byte has changed.

The exit status is 0 when everything holds, 1 when something does not, 2 when the file cannot be read. Whose a key is, the
file cannot tell: compare it with what the signer shows you.`,
		Example: `  portsmouth verify-text treaty.json
  portsmouth verify-text --text fr treaty.json     and print the text in French`,
		Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error { return verifyText(c.OutOrStdout(), args[0], show) },
	}
	c.Flags().StringVar(&show, "text", "", "also print the text, in this `language`")
	return c
}

func verifyText(out io.Writer, file, show string) error {
	data, err := os.ReadFile(file)
	if err != nil {
		return portsmouth.Invalidf("", "%v", err)
	}
	b, err := treaty.ReadBundle(data)
	if err != nil {
		fmt.Fprintf(out, "FAILED  %v\n", err)
		return errSaid
	}
	report, err := b.Verify()
	if err != nil {
		return err
	}
	fmt.Fprint(out, report.String())
	if show != "" {
		fmt.Fprintf(out, "\n%s", b.Document.PlainText(show))
	}
	if !report.OK() {
		return errSaid
	}
	return nil
}

func newVersion() *cobra.Command {
	return &cobra.Command{
		Use:   "version",
		Short: "Say which version this is",
		Args:  cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			_, err := fmt.Fprintln(c.OutOrStdout(), "portsmouth", version())
			return err
		},
	}
}

func version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok || info.Main.Version == "" {
		return "(built from source)"
	}
	return info.Main.Version
}
