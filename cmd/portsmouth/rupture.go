package main

import (
	"context"
	"crypto/ed25519"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"

	"github.com/spf13/cobra"

	"portsmouth"
	"portsmouth/conference"
	"portsmouth/internal/store"
	"portsmouth/internal/venue"
	"portsmouth/record"
)

// newRecord groups what a host does about public records.
func newRecord() *cobra.Command {
	c := &cobra.Command{
		Use:   "record",
		Short: "Mend the public records of a venue",
		Args:  cobra.NoArgs,
		RunE:  func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	c.AddCommand(newRupture())
	return c
}

// rupturing is a rupture as the command line asks for it.
type rupturing struct {
	place
	conference, reason string
	all, yes           bool
}

func newRupture() *cobra.Command {
	var r rupturing
	c := &cobra.Command{
		Use:   "rupture --conference ID|--all --reason TEXT",
		Short: "Declare that a public record does not continue what was signed",
		Long: `Declare that the public record of a conference does not continue what was signed before. Do it only when what was signed cannot be
brought back: when the database is an older backup that has been used since, or the key of the record is lost. With the newest
database and the key there is nothing to declare, and nothing is.

The rupture is a public entry: it names the last checkpoint that was signed, and your reason in your words. Then the venue signs
again. Whoever has seen the earlier record, a witness above all, goes on refusing the new one: that is what they are for.
Everybody finds the entry and your reason. It cannot be taken back.

A new key, where the old one is lost, is made first, with "portsmouth key" and the name of the file that the venue misses; it
concerns every record, so then it is --all. Stop the venue before, and start it again afterwards. Caches and folders with copies
of the earlier record are to be emptied.`,
		Example: `  portsmouth record rupture --all --reason "The disk failed on 3 May; the backup of 2 May is in use."`,
		Args:    cobra.NoArgs,
		RunE:    func(c *cobra.Command, _ []string) error { return r.run(c.Context(), c.OutOrStdout()) },
	}
	r.flags(c, "data")
	c.Flags().StringVar(&r.conference, "conference", "", "the `ID` of the conference, as in the address of its pages")
	c.Flags().BoolVar(&r.all, "all", false, "every record that cannot be signed")
	c.Flags().StringVar(&r.reason, "reason", "", "what happened, in one `line` for everyone to read")
	c.Flags().BoolVar(&r.yes, "yes", false, "declare it, having read what it says")
	c.MarkFlagsOneRequired("conference", "all")
	c.MarkFlagsMutuallyExclusive("conference", "all")
	_ = c.MarkFlagRequired("reason")
	return c
}

func (r rupturing) run(ctx context.Context, out io.Writer) error {
	db, err := r.open(ctx, false)
	if err != nil {
		return err
	}
	defer db.Close()
	key, public, err := r.presentKey()
	if err != nil {
		return err
	}
	bound, err := db.GetValue(ctx, recordKeySetting)
	if err != nil {
		return err
	}
	if other := string(bound) != public; other && !r.all {
		return portsmouth.Invalidf("", "the key in %s is another than that of the records of this venue; that concerns all of them: say --all", r.recordKeyFile())
	}
	kept, err := r.sealed(ctx, db)
	if err != nil {
		return err
	}
	v := venue.New(venue.Options{Store: kept, Keys: keys(kept), RecordKey: key, Checkpoints: r.signedCheckpoints(), Cosigned: r.cosignatures()})
	if err := r.ruptures(ctx, out, v, db); err != nil {
		return err
	}
	return db.PutValue(ctx, recordKeySetting, []byte(public))
}

// presentKey reads the key that is there: that of the records, or the one that is to take its place.
func (r rupturing) presentKey() (key *record.Key, public string, err error) {
	file := r.recordKeyFile()
	if _, err := os.Stat(file); errors.Is(err, fs.ErrNotExist) {
		return nil, "", portsmouth.Invalidf("", "there is no key of the records in %s. Put it back there; if it is lost for good, make a new one with: portsmouth key %s", file, file)
	}
	private, err := readKey(file)
	if err != nil {
		return nil, "", err
	}
	key, err = record.NewKey(private)
	return key, base64.StdEncoding.EncodeToString(private.Public().(ed25519.PublicKey)), err
}

// ruptures reads back what would be declared, and with --yes declares it. What has been declared by an attempt that came no
// further is not declared again.
func (r rupturing) ruptures(ctx context.Context, out io.Writer, v *venue.Venue, db *store.Store) error {
	ids := []string{r.conference}
	if r.all {
		var err error
		if ids, err = db.Listed(ctx); err != nil {
			return err
		}
	}
	var broken []string
	for _, id := range ids {
		last, why, err := v.Unsigned(ctx, id)
		if portsmouth.KindOf(err) == portsmouth.NotFound {
			return portsmouth.Invalidf("", "there is no public record of a conference %s here", id)
		}
		if err != nil {
			return err
		}
		if why != nil {
			broken = append(broken, id)
			r.readBack(out, id, last, why)
		}
	}
	if len(broken) == 0 {
		_, err := fmt.Fprintln(out, "Every record can be signed: there is no rupture to declare.")
		return err
	}
	if !r.yes {
		fmt.Fprintln(out, "Nothing has been declared. Say the same with --yes to declare it; it cannot be taken back.")
		return errSaid
	}
	for _, id := range broken {
		if err := v.Rupture(ctx, id, r.reason); err != nil {
			return err
		}
	}
	_, err := fmt.Fprintln(out, "Declared. The venue signs again when it is started.")
	return err
}

func (r rupturing) readBack(out io.Writer, id string, last conference.DeclareRupture, why error) {
	fmt.Fprintf(out, `Conference %s
  why it is not signed: %v
  last signed:          %d leaves with the hash %s
  signed by:            %s
  what everyone reads:  %s
`, id, why, last.Size, last.Root, last.Key, r.reason)
}
