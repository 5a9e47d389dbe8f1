package main

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"portsmouth"
	"portsmouth/internal/store"
	"portsmouth/internal/vault"
)

// place is where a venue keeps its data: the flags that most commands share.
type place struct {
	data, database string

	unsealed bool // tests only: no vault, to show that what they search for could be found
}

func (p *place) flags(c *cobra.Command, data string) {
	c.Flags().StringVar(&p.data, "data", data, "the `folder` of the venue's data")
	c.Flags().StringVar(&p.database, "database", "", "a PostgreSQL `URL` (postgres://…) in place of the file in --data")
}

func newBackup() *cobra.Command {
	var p place
	c := &cobra.Command{
		Use:   "backup FILE",
		Short: "Copy everything into one file, while the venue runs",
		Long: `Copy all conferences and accounts into one SQLite file, as they are at one moment, while the venue runs; then check the
copy. It works on PostgreSQL too, and what it writes can be restored into either.

What is not public is encrypted in the copy as it is in the database. The key is in the folder "keys" beside the database, and
the key of the public records in the folder "record": neither is in the copy. Keep both elsewhere, apart from it. Without
"keys" nobody can read a copy.`,
		Example: `  portsmouth backup --data ./data monday.backup
  portsmouth backup --database postgres://venue@localhost/portsmouth monday.backup`,
		Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			s, err := p.open(c.Context(), false)
			if err != nil {
				return err
			}
			defer s.Close()
			if err := p.refuseUnsealed(c.Context(), s); err != nil {
				return err
			}
			if err := s.Backup(c.Context(), args[0]); err != nil {
				return err
			}
			_, err = fmt.Fprintf(c.OutOrStdout(), "copied and checked: %s\nIt is of no use without the folders %q and %q of this venue: keep them too, apart from it.\n",
				args[0], keysFolder, recordFolder)
			return err
		},
	}
	p.flags(c, "data")
	return c
}

// refuseUnsealed refuses to copy what an older version of the program has written and this one has not encrypted yet.
func (p *place) refuseUnsealed(ctx context.Context, s *store.Store) error {
	done, err := vault.Sealed(ctx, s)
	if err == nil && !done && !p.unsealed {
		err = portsmouth.Invalidf("", "this database is from an older version and not encrypted yet: start the venue once, then copy it")
	}
	return err
}

func newRestore() *cobra.Command {
	var p place
	c := &cobra.Command{
		Use:   "restore FILE",
		Short: "Bring a backup back into an empty place",
		Long: `Check a backup and bring it back. The place must be empty: nothing is ever overwritten. Move the old folder away first,
and keep it. Put the folders "keys" and "record" of the venue into the new place too, before the venue is started there.`,
		Example: `  portsmouth restore --data ./data monday.backup`,
		Args:    cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			url, err := p.url(true)
			if err != nil {
				return err
			}
			if err := store.Restore(c.Context(), args[0], url); err != nil {
				return err
			}
			_, err = fmt.Fprintf(c.OutOrStdout(), "restored and checked: %s\nPut the folders %q and %q of the venue into %s too, before it is started.\n",
				args[0], keysFolder, recordFolder, p.data)
			return err
		},
	}
	p.flags(c, "data")
	return c
}
