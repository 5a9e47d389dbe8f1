package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"os"
	"regexp"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"portsmouth"
	"portsmouth/record"
	"portsmouth/verify"
)

// maxRecordFile bounds a file of a record: 256 entries of the greatest length fit, and so does a treaty.
const maxRecordFile = 32 << 20

func newVerify() *cobra.Command {
	var v verifying
	c := &cobra.Command{
		Use:   "verify URL-or-DIR",
		Short: "Check the public record of a conference, step by step",
		Long: `Check the public record of a conference from its files alone: that its key has signed it, that its leaves give the hash that
was signed, that every tile is what the leaves give, which witnesses have seen it, that what was opened of a round is what had
been committed to. A URL is the address of the record (…/c/ID/record; that of the conference or of its public page will do); a folder is what "portsmouth publish" writes, wherever it
was copied; a file whose name ends with .tlog-proof or .receipt is a receipt, and is checked with --key and without a network.
With --receipt a record is held to what the receipts of rounds promise.

Whose the key is, the record cannot tell: get it from the venue by another way, or from somebody who takes part, and say it
with --key.

Of a record at a URL the program remembers the checkpoint that you saw, one file for each address in a folder of your own, and at
every later visit checks that nothing of it was changed or removed since. A record that does not continue what you saw is refused,
and both checkpoints, each signed by the venue, are kept as evidence. With --keep it is the file that you name, for a folder too;
with --no-keep this visit is compared with nothing and not remembered. With --seen it is compared with a checkpoint that you have
from elsewhere, and not remembered.

The exit status is 0 when everything holds and 1 when something does not; the place is named.`,
		Example: `  portsmouth verify https://venue.example/c/5d1f0c2a9be84d7f8a6e3b1c40f29d57/record      and again whenever you like
  portsmouth verify https://venue.example/c/5d1f0c2a9be84d7f8a6e3b1c40f29d57/record --keep venue.checkpoint
  portsmouth verify ./record --seen last-week.checkpoint
  portsmouth verify receipt.tlog-proof --key portsmouth/…+…+…`,
		Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			return v.run(c.Context(), c.OutOrStdout(), c.ErrOrStderr(), recordAddress(args[0]))
		},
	}
	c.Flags().StringVar(&v.Key, "key", "", "the `KEY` that must have signed: portsmouth/…+…+…")
	c.Flags().StringArrayVar(&v.Witnesses, "witness", nil, "a witness's `KEY` besides those that the record names: it must have cosigned")
	c.Flags().StringVar(&v.seen, "seen", "", "a checkpoint that you have from elsewhere, as a `file`")
	c.Flags().StringVar(&v.keep, "keep", "", "keep the checkpoint in this `file`, and compare with the one that is there")
	c.Flags().BoolVar(&v.forget, "no-keep", false, "neither compare with what you saw of the record at this URL, nor remember it")
	c.Flags().StringArrayVar(&v.receipts, "receipt", nil, "a `file` with the receipt of what was lodged in a round: the record must keep its promise")
	c.Flags().BoolVar(&v.json, "json", false, "print the steps as JSON")
	c.MarkFlagsMutuallyExclusive("seen", "keep")
	c.MarkFlagsMutuallyExclusive("keep", "no-keep")
	return c
}

// verifying is a check as the command line asks for it.
type verifying struct {
	verify.Options
	seen, keep string
	receipts   []string
	forget     bool
	json       bool
	memory     memory
}

func (v verifying) run(ctx context.Context, out, errs io.Writer, where string) error {
	if err := v.readFiles(); err != nil {
		return err
	}
	if err := v.recall(where, errs); err != nil {
		return err
	}
	report, err := v.check(ctx, where, errs)
	if err != nil {
		return err
	}
	said := []byte(report.String())
	if v.json {
		if said, err = verify.JSON(report); err != nil {
			return err
		}
	}
	if _, err := out.Write(said); err != nil {
		return err
	}
	if !report.OK() {
		return errSaid
	}
	return nil
}

// recall opens what is remembered of the record: of one at an address, and where --keep names a file.
func (v *verifying) recall(where string, errs io.Writer) error {
	if v.keep == "" && (v.forget || v.seen != "" || !isAddress(where)) {
		return nil
	}
	m, err := memoryOf(where, v.keep)
	switch {
	case err == nil:
		v.memory, v.Seen = m, m.seen
	case portsmouth.KindOf(err) == portsmouth.Broken: // this user has no folder of their own
		fmt.Fprintf(errs, "Nothing of this visit can be remembered (%v): name a file with --keep.\n", err)
	default:
		return err
	}
	return nil
}

// readFiles reads what is compared with: what was seen elsewhere, and receipts.
func (v *verifying) readFiles() error {
	for _, file := range v.receipts {
		data, err := os.ReadFile(file)
		if err != nil {
			return portsmouth.Invalidf("", "%v", err)
		}
		v.Receipts = append(v.Receipts, data)
	}
	if v.seen == "" {
		return nil
	}
	var err error
	if v.Seen, err = os.ReadFile(v.seen); err != nil {
		return portsmouth.Invalidf("", "%v", err)
	}
	return nil
}

// check checks a record, or a receipt.
func (v verifying) check(ctx context.Context, where string, errs io.Writer) (*record.Report, error) {
	if strings.HasSuffix(where, record.ProofName) || strings.HasSuffix(where, record.ReceiptName) {
		return v.receipt(where)
	}
	from, err := recordAt(ctx, where)
	if err != nil {
		return nil, err
	}
	return v.memory.remember(verify.Record(from, v.Options), from, v.Options, errs)
}

func (v verifying) receipt(file string) (*record.Report, error) {
	if v.Key == "" || v.seen+v.keep != "" {
		return nil, portsmouth.Invalidf("", "a receipt is checked with --key, and compared with nothing that was seen")
	}
	data, err := os.ReadFile(file)
	if err != nil {
		return nil, portsmouth.Invalidf("", "%v", err)
	}
	if strings.HasSuffix(file, record.ReceiptName) {
		return verify.Receipt(data, v.Options), nil
	}
	return verify.Proof(data, v.Options), nil
}

// pageOf is the address of a conference, or of its public page.
var pageOf = regexp.MustCompile(`^(https?://[^?#]+/c/[^/?#]+)(?:/public)?/?$`)

// recordAddress is the address of the record of a conference whose page somebody copied from a browser; other words stay.
func recordAddress(where string) string {
	if m := pageOf.FindStringSubmatch(where); m != nil {
		return m[1] + "/record"
	}
	return where
}

func isAddress(where string) bool {
	return strings.HasPrefix(where, "http://") || strings.HasPrefix(where, "https://")
}

// recordAt opens the record at a URL or in a folder.
func recordAt(ctx context.Context, where string) (fs.FS, error) {
	if isAddress(where) {
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
