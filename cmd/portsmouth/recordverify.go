package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"portsmouth"
	"portsmouth/record"
)

// maxRecordFile bounds a file of a record: 256 entries of the greatest length fit, and so does a treaty.
const maxRecordFile = 32 << 20

func newVerify() *cobra.Command {
	var key, seen string
	c := &cobra.Command{
		Use:   "verify URL-or-DIR",
		Short: "Check the public record of a conference, step by step",
		Long: `Check the public record of a conference from its files alone: that its key has signed it, that its leaves give the hash that
was signed, that every tile is what the leaves give. A URL is the address of the record (…/c/ID/record); a folder is what
"portsmouth publish" writes, wherever it was copied.

Whose the key is, the record cannot tell: get it from the venue by another way, or from somebody who takes part, and say it
with --key. Keep the checkpoint that you have seen (the file "checkpoint"): with --seen it is checked that nothing of what you
saw then was changed or removed since.

The exit status is 0 when everything holds and 1 when something does not; the place is named.`,
		Example: `  portsmouth verify https://venue.example/c/5d1f0c2a9be84d7f8a6e3b1c40f29d57/record
  portsmouth verify ./record --seen last-week.checkpoint`,
		Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			return verifyRecord(c.Context(), c.OutOrStdout(), args[0], key, seen)
		},
	}
	c.Flags().StringVar(&key, "key", "", "the `KEY` that must have signed: portsmouth/…+…+…")
	c.Flags().StringVar(&seen, "seen", "", "a checkpoint that you kept, as a `file`")
	return c
}

func verifyRecord(ctx context.Context, out io.Writer, where, key, seen string) error {
	o := record.Options{Key: key}
	if seen != "" {
		var err error
		if o.Seen, err = os.ReadFile(seen); err != nil {
			return portsmouth.Invalidf("", "%v", err)
		}
	}
	from, err := recordAt(ctx, where)
	if err != nil {
		return err
	}
	report := record.Verify(from, o)
	fmt.Fprint(out, report.String())
	if !report.OK() {
		return errSaid
	}
	return nil
}

// recordAt opens the record at a URL or in a folder.
func recordAt(ctx context.Context, where string) (fs.FS, error) {
	if strings.HasPrefix(where, "http://") || strings.HasPrefix(where, "https://") {
		base := strings.TrimSuffix(where, "/") + "/"
		client := &http.Client{Timeout: time.Minute}
		return files(func(path string) ([]byte, error) { return fetch(ctx, client, base+path) }), nil
	}
	if info, err := os.Stat(where); err != nil || !info.IsDir() {
		return nil, portsmouth.Invalidf("", "%s is neither a folder nor an address that begins with http:// or https://", where)
	}
	return os.DirFS(where), nil
}

func fetch(ctx context.Context, client *http.Client, url string) ([]byte, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return nil, err
	}
	response, err := client.Do(request)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("%s answers: %s", url, response.Status)
	}
	data, err := io.ReadAll(io.LimitReader(response.Body, maxRecordFile+1))
	if err == nil && len(data) > maxRecordFile {
		err = fmt.Errorf("%s is larger than any file of a record", url)
	}
	return data, err
}

// files is a file system that knows no folders: a function that reads a file by its path.
type files func(path string) ([]byte, error)

// ReadFile reads a file.
func (f files) ReadFile(path string) ([]byte, error) { return f(path) }

// Open is there because a file system has it; who reads whole files calls ReadFile.
func (f files) Open(path string) (fs.File, error) {
	return nil, &fs.PathError{Op: "open", Path: path, Err: errors.ErrUnsupported}
}
