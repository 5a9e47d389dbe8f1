package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"portsmouth/internal/store"
)

// place is where a venue keeps its data: the flags that most commands share.
type place struct {
	data, database string
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
copy. It works on PostgreSQL too, and what it writes can be restored into either.`,
		Example: `  portsmouth backup --data ./data monday.backup
  portsmouth backup --database postgres://venue@localhost/portsmouth monday.backup`,
		Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			s, err := p.open(c.Context(), false)
			if err != nil {
				return err
			}
			defer s.Close()
			if err := s.Backup(c.Context(), args[0]); err != nil {
				return err
			}
			_, err = fmt.Fprintln(c.OutOrStdout(), "copied and checked:", args[0])
			return err
		},
	}
	p.flags(c, "data")
	return c
}

func newRestore() *cobra.Command {
	var p place
	c := &cobra.Command{
		Use:   "restore FILE",
		Short: "Bring a backup back into an empty place",
		Long: `Check a backup and bring it back. The place must be empty: nothing is ever overwritten. Move the old folder away first,
and keep it.`,
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
			_, err = fmt.Fprintln(c.OutOrStdout(), "restored and checked:", args[0])
			return err
		},
	}
	p.flags(c, "data")
	return c
}
