package main

import (
	"context"
	"fmt"
	"io"
	"net/netip"
	"os"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"portsmouth"
	"portsmouth/internal/account"
	"portsmouth/internal/venue"
	"portsmouth/scenario"
)

const invitationLasts = 30 * 24 * time.Hour

func newServe() *cobra.Command {
	var p place
	var listen, origin string
	var hostLink bool
	var proxies []string
	c := &cobra.Command{
		Use:   "serve",
		Short: "Open the venue",
		Long: `Open the venue and keep it open until it is stopped. On the first start the host's account is made and its link printed,
once: open it in your browser within a day. Everything is kept in one SQLite file in --data, or in PostgreSQL, where
several nodes can serve the same venue.

People need to reach the venue by https for anything but a trial on one machine: put a reverse proxy in front of it and
say with --origin what they type, and with --proxy which address the proxy has: else all readers seem to be one, and share
one pace.`,
		Example: `  portsmouth serve
  portsmouth serve --listen localhost:8080 --data /var/lib/portsmouth --origin https://venue.example --proxy 127.0.0.1
  portsmouth serve --database postgres://venue@localhost/portsmouth --listen :8081`,
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			behind, err := proxiesOf(proxies)
			if err != nil {
				return err
			}
			return serve(c.Context(), c.OutOrStdout(), c.ErrOrStderr(), p, listen, origin, hostLink, behind)
		},
	}
	p.flags(c, "data")
	c.Flags().StringVar(&listen, "listen", "localhost:8080", "`HOST:PORT` to listen on; port 0 chooses a free one")
	c.Flags().StringVar(&origin, "origin", "", "the `URL` at which people reach the venue, when it is not the listening address")
	c.Flags().StringSliceVar(&proxies, "proxy", nil, "the `ADDRESS`, or network, of a proxy of yours whose X-Forwarded-For is believed")
	c.Flags().BoolVar(&hostLink, "host-link", false, "print a new link for the host, who has lost the way in")
	return c
}

func serve(ctx context.Context, out, errs io.Writer, at place, listen, origin string, hostLink bool, proxies []netip.Prefix) error {
	p, err := newProgram(ctx, at, listen, origin, newLog(errs))
	if err != nil {
		return err
	}
	p.proxies = proxies
	token, created, err := p.accounts.EnsureHost(ctx)
	if err == nil && hostLink && !created {
		token, err = p.accounts.NewHostLink(ctx)
	}
	if err == nil {
		err = p.start(ctx, nil, time.Local)
	}
	if err != nil {
		_ = p.close()
		return err
	}
	fmt.Fprintln(out, "The venue is open at", p.origin)
	if token != "" {
		fmt.Fprintln(out, "The host comes in, once, by", p.link("/back/%s", token))
	}
	return p.wait(ctx)
}

// proxiesOf reads addresses and networks.
func proxiesOf(list []string) ([]netip.Prefix, error) {
	var found []netip.Prefix
	for _, s := range list {
		if a, err := netip.ParseAddr(s); err == nil {
			found = append(found, netip.PrefixFrom(a, a.BitLen()))
			continue
		}
		p, err := netip.ParsePrefix(s)
		if err != nil {
			return nil, portsmouth.Invalidf("", "--proxy %s is no address, as 127.0.0.1, and no network, as 10.0.0.0/8", s)
		}
		found = append(found, p)
	}
	return found, nil
}

func newConvene() *cobra.Command {
	var p place
	var origin string
	c := &cobra.Command{
		Use:   "convene FILE",
		Short: "Convene a conference from a scenario file",
		Long: `Found a conference from a scenario file (docs/spec/scenario.md), invite everybody whom it names and put its rules of
procedure to all. One link is printed for each seat: hand each to its person, by a way that you trust. A link works once.
The venue may be running or not.`,
		Example: `  portsmouth convene examples/harbour/scenario.yaml
  portsmouth convene --data /var/lib/portsmouth --origin https://venue.example my-case.yaml`,
		Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			return convene(c.Context(), c.OutOrStdout(), p, origin, args[0])
		},
	}
	p.flags(c, "data")
	c.Flags().StringVar(&origin, "origin", "http://localhost:8080", "the `URL` at which people reach the venue")
	return c
}

func convene(ctx context.Context, out io.Writer, at place, origin, file string) error {
	f, err := os.Open(file)
	if err != nil {
		return portsmouth.Invalidf("", "%v", err)
	}
	defer f.Close()
	s, err := scenario.Read(file, f)
	if err != nil {
		return err
	}
	db, err := at.open(ctx, true)
	if err != nil {
		return err
	}
	defer db.Close()
	kept, err := at.sealed(ctx, db)
	if err != nil {
		return err
	}
	accounts, err := account.NewService(kept, origin)
	if err != nil {
		return err
	}
	convener, err := accounts.NewPerson(ctx, "Convener")
	if err != nil {
		return err
	}
	v := venue.New(venue.Options{Store: kept})
	c, err := v.Convene(ctx, convener.ID, s, "convene")
	if err != nil {
		return err
	}
	return printLinks(ctx, out, accounts, c, convener.ID, origin)
}

func printLinks(ctx context.Context, out io.Writer, accounts *account.Service, c *venue.Convened, convener, origin string) error {
	back, err := accounts.NewConvenerLink(ctx, convener)
	if err != nil {
		return err
	}
	table := tabwriter.NewWriter(out, 2, 4, 2, ' ', 0)
	fmt.Fprintf(table, "conference\t%s\n", c.Conference)
	fmt.Fprintf(table, "convener\t\t%s/back/%s\n", origin, back)
	for _, i := range c.Invited {
		token, err := accounts.NewInvitation(ctx, c.Conference, i.Act, string(i.Role), i.Party, invitationLasts)
		if err != nil {
			return err
		}
		who := string(i.Role)
		if i.Party != "" {
			who += " of " + i.Party
		}
		fmt.Fprintf(table, "%s\t%s\t%s/i/%s\n", i.Name, who, origin, token)
	}
	return table.Flush()
}
