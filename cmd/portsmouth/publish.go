package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"portsmouth"
	"portsmouth/internal/venue"
	"portsmouth/record"
	"portsmouth/verify"
)

func newPublish() *cobra.Command {
	var p place
	var conference string
	c := &cobra.Command{
		Use:   "publish DIR --conference ID",
		Short: "Write the public record of a conference into a folder",
		Long: `Write the public record of a conference into a folder, as the venue serves it under /c/ID/record/: the signed checkpoint and
the tiles of the tree. Any web server can serve the folder, and "portsmouth verify" checks it there as well. The venue may be
running or not.

A folder that holds an earlier record of the same conference is brought up to date. It is left as it is when the record is no
continuation of what the folder holds.`,
		Example: `  portsmouth publish ./record --conference 5d1f0c2a9be84d7f8a6e3b1c40f29d57
  portsmouth publish --data /var/lib/portsmouth /srv/www/record --conference 5d1f0c2a9be84d7f8a6e3b1c40f29d57`,
		Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			return publish(c.Context(), c.OutOrStdout(), p, args[0], conference)
		},
	}
	p.flags(c, "data")
	c.Flags().StringVar(&conference, "conference", "", "the `ID` of the conference, as in the address of its pages")
	_ = c.MarkFlagRequired("conference")
	return c
}

func publish(ctx context.Context, out io.Writer, at place, folder, id string) error {
	db, err := at.open(ctx, false)
	if err != nil {
		return err
	}
	defer db.Close()
	key, err := at.recordKey(ctx, db)
	if err != nil {
		return err
	}
	if key == nil {
		return portsmouth.Invalidf("", "this venue keeps no public records: there is no %s", at.recordKeyFile())
	}
	kept, err := at.sealed(ctx, db)
	if err != nil {
		return err
	}
	v := venue.New(venue.Options{Store: kept, Keys: keys(kept), RecordKey: key, Checkpoints: at.signedCheckpoints(), Cosigned: at.cosignatures()})
	read := func(path string) ([]byte, error) {
		data, _, err := v.RecordFile(ctx, id, path)
		return data, err
	}
	if _, err := read(record.CheckpointPath); portsmouth.KindOf(err) == portsmouth.NotFound {
		return portsmouth.Invalidf("", "there is no public record of a conference %s here", id)
	} else if err != nil {
		return err
	}
	return publishTo(out, folder, read, key.Verifier(id))
}

// publishTo checks what it has read before it touches the folder.
func publishTo(out io.Writer, folder string, read func(string) ([]byte, error), key string) error {
	seen, err := os.ReadFile(filepath.Join(folder, record.CheckpointPath))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return portsmouth.Invalidf("", "%v", err)
	}
	report := verify.Record(files(read), verify.Options{Key: key, Seen: seen})
	if !report.OK() {
		fmt.Fprint(out, report.String())
		return errSaid
	}
	err = record.Copy(read, func(path string, data []byte) error {
		return replaceFile(filepath.Join(folder, filepath.FromSlash(path)), data)
	})
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(out, "%s: %d leaves of %s\nsigned by %s\n", folder, report.Checkpoint.Size, report.Checkpoint.Origin, key)
	return err
}

// replaceFile writes a file whole or not at all, so that a web server never sends half of one.
func replaceFile(path string, data []byte) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return portsmouth.Invalidf("", "%v", err)
	}
	f, err := os.CreateTemp(filepath.Dir(path), ".new-*")
	if err != nil {
		return portsmouth.Invalidf("", "%v", err)
	}
	defer os.Remove(f.Name()) // gone already when all went well
	_, err = f.Write(data)
	if err == nil {
		err = errors.Join(f.Chmod(0o644), f.Sync())
	}
	if err = errors.Join(err, f.Close()); err == nil {
		err = os.Rename(f.Name(), path)
	}
	return err
}
