// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"errors"
	"fmt"
	"net"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"time"
	"unicode"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// value is the value of an attribute, from the configuration or the environment.
type value struct {
	attribute
	// name is the name of the attribute, for example "gaia.api_key".
	name string
	text string
	// source is the name of the attribute or of the environment variable that has the text; "" if neither is set.
	source string
	// If the text names a file, messages about the file start with this field, for example with "names the file ca.pem,
	// which ". Otherwise, the field is "".
	which   string
	unknown bool
}

// lookup returns the value of a string, bool or number attribute. The configuration takes precedence over the environment.
func lookup(name string, configured attr.Value, getenv func(string) string) value {
	v := value{attribute: attributes[name], name: name, unknown: configured.IsUnknown()}
	text, isText := configured.(types.String)
	switch {
	case v.unknown:
	case configured.IsNull():
		if v.variable != "" && getenv != nil && getenv(v.variable) != "" {
			v.text, v.source = getenv(v.variable), v.variable
		}
	case isText:
		v.text, v.source = text.ValueString(), name
	default:
		v.text, v.source = configured.String(), name
	}
	return v
}

// The method or returns the value. If neither the attribute nor the environment variable is set, the returned value has the
// default text.
func (v value) or(text string) value {
	if v.isNull() {
		v.text, v.source = text, v.name
	}
	return v
}

// isNull reports whether neither the attribute nor the environment variable is set.
func (v value) isNull() bool { return v.source == "" && !v.unknown }

func (v value) path() path.Path {
	if section, name, nested := strings.Cut(v.name, "."); nested {
		return path.Root(section).AtName(name)
	}
	return path.Root(v.name)
}

// remedy says how to set the value.
func (v value) remedy() string {
	if v.variable == "" {
		return fmt.Sprintf("Set the provider's %s to %s.", v.name, v.want)
	}
	return fmt.Sprintf("Set the provider's %s, or the environment variable %s, to %s.", v.name, v.variable, v.want)
}

func (v value) invalid(diags *diag.Diagnostics, problem string) {
	diags.AddAttributeError(v.path(), "Invalid "+v.what, fmt.Sprintf("The value of %s %s%s. %s", v.source, v.which, problem, v.remedy()))
}

func exceeds16Bits(digits string) bool {
	_, err := strconv.ParseUint(digits, 10, 16)
	return errors.Is(err, strconv.ErrRange)
}

// parseEndpoint returns the base URL; nil if the value is invalid.
func (v value) parseEndpoint(diags *diag.Diagnostics) *url.URL {
	u, err := url.Parse(v.text)
	problem := v.mistyped()
	switch {
	case problem != "":
	case err != nil:
		problem = "is not a URL that begins with https:// or http://"
	case u.Scheme != "http" && u.Scheme != "https":
		problem = "does not begin with https:// or http://"
	case u.Hostname() == "":
		problem = "has no host"
	case exceeds16Bits(u.Port()):
		problem = "has a port above 65535"
	case u.User != nil:
		problem = "has a user name or password; use " + strings.TrimSuffix(v.name, "endpoint") + "api_key instead"
	case u.RawQuery != "" || u.ForceQuery || u.Fragment != "":
		problem = "has a query or a fragment"
	}
	if problem != "" {
		v.invalid(diags, problem)
		return nil
	}
	if u.Scheme == "http" && !isLoopback(u.Hostname()) {
		diags.AddAttributeWarning(v.path(), "Unencrypted connection", fmt.Sprintf(
			"The %s %s uses unencrypted HTTP: anyone on the network path can read the API keys. Use https.", v.what, u.Redacted()))
	}
	return u
}

func isLoopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || strings.HasSuffix(host, ".localhost") || (ip != nil && ip.IsLoopback())
}

func (v value) parseSecret(diags *diag.Diagnostics) string {
	if problem := v.mistyped(); problem != "" {
		v.invalid(diags, problem)
	}
	return v.text
}

// mistyped describes a common mistake in a value from a file, a terminal or a variable; "" if there is none.
func (v value) mistyped() string {
	switch {
	case v.text == "":
		return "is empty; omit the attribute to use the environment variable"
	case strings.ContainsFunc(v.text, func(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) }):
		return "has white space, for example the line break at the end of a file; in a configuration, trimspace() removes it"
	case strings.ContainsFunc(v.text, func(r rune) bool { return !unicode.IsGraphic(r) }):
		return "has an invisible character, for example the byte order mark of a file"
	case strings.ContainsRune(`"'`, rune(v.text[0])) && v.text[0] == v.text[len(v.text)-1]:
		return "is in quotes, for example because an .env file was loaded without a shell"
	}
	return ""
}

// authScheme is a token of RFC 9110, 5.6.2.
var authScheme = regexp.MustCompile("^[!#$%&'*+.^_`|~0-9A-Za-z-]+$")

// parseScheme returns the scheme. The error does not contain the value, since a user can set the secret here by mistake.
func (v value) parseScheme(diags *diag.Diagnostics) string {
	if !authScheme.MatchString(v.text) {
		v.invalid(diags, fmt.Sprintf("is not one word (the default is %q)", defaultScheme))
	}
	return v.text
}

func (v value) parseBool(diags *diag.Diagnostics) bool {
	b, err := strconv.ParseBool(v.text)
	if err != nil && !v.unknown {
		v.invalid(diags, fmt.Sprintf("is %q", v.text))
	}
	return b
}

// maxListMiB is the largest value of max_list_size_mib.
const maxListMiB = 1024

func (v value) parseSize(diags *diag.Diagnostics) int64 {
	n, err := strconv.ParseInt(v.text, 10, 64)
	if (err != nil || n < 1 || n > maxListMiB) && !v.unknown {
		v.invalid(diags, fmt.Sprintf("is %q", v.text))
	}
	return n
}

func (v value) parseDuration(diags *diag.Diagnostics, least time.Duration) time.Duration {
	d, err := time.ParseDuration(v.text)
	if (err != nil || d < least) && !v.unknown {
		v.invalid(diags, fmt.Sprintf("is %q", v.text))
	}
	return d
}
