// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"fmt"
	"net"
	"net/url"
	"regexp"
	"strings"
	"unicode"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// service is what messages tell of a service and of its settings.
type service struct {
	name string
	// section is the attribute that holds the settings, "" where they are the provider's
	// own.
	section string
	// api is what the endpoint is the base URL of, and example is one.
	api, example string
	// key is what the API key has to be.
	key string
}

var (
	egsService = service{
		name: "EGS", api: "the EGS Core API", example: "https://egs.example.com", key: "an API key of EGS",
	}
	h2ogpteService = service{
		name: "h2oGPTe", section: "h2ogpte", api: "the h2oGPTe API", example: "https://h2ogpte.example.com/api/v1",
		key: "an API key of an h2oGPTe administrator",
	}
	gaiaService = service{
		name: "Search GAIA", section: "gaia", api: "the Search GAIA API", example: "https://gaia.example.com",
		key: "an API key of Search GAIA that may manage keys",
	}
)

// setting is how the configuration names a setting of the service.
func (s service) setting(attribute string) string {
	if s.section == "" {
		return attribute
	}
	return s.section + "." + attribute
}

// at is where the configuration has a setting of the service.
func (s service) at(attribute string) path.Path {
	if s.section == "" {
		return path.Root(attribute)
	}
	return path.Root(s.section).AtName(attribute)
}

// member is a text of a section. All of a section that is unknown is unknown.
func member(section types.Object, name string) types.String {
	if section.IsUnknown() {
		return types.StringUnknown()
	}
	text, _ := section.Attributes()[name].(types.String)
	return text
}

// login is how a service is reached and logged in to. It is complete where nothing is
// missing or unknown.
type login struct {
	endpoint *url.URL
	// scheme is that of the Authorization header, where it is not fixed.
	scheme, apiKey, accessToken string
	// missing are the errors of whoever uses the service while something is not set, or
	// an environment variable is set to what is none: it may be meant for something else.
	// They point at no attribute: it would be looked for in the configuration of who
	// uses the service.
	missing diag.Diagnostics
	// unknown names the attributes whose values another resource has yet to make.
	unknown []string
}

// login is that of a service whose settings are in a section of their own.
func (s service) login(section types.Object, getenv func(string) string, diags *diag.Diagnostics) (l login) {
	l.setEndpoint(s, member(section, "endpoint"), getenv, diags)
	l.setAPIKey(s, member(section, "api_key"), getenv, diags)
	return l
}

// egsLogin is that of EGS.
func (m model) egsLogin(getenv func(string) string, diags *diag.Diagnostics) (l login) {
	l.setEndpoint(egsService, m.Endpoint, getenv, diags)
	if m.APIKey.IsUnknown() {
		l.unknown = append(l.unknown, "api_key")
	}
	if m.AccessToken.IsUnknown() {
		l.unknown = append(l.unknown, "access_token")
	}
	switch {
	case m.APIKey.IsUnknown() || m.AccessToken.IsUnknown():
	case m.APIKey.IsNull() && m.AccessToken.IsNull():
		l.setEGSCredentialsFrom(getenv, diags)
	default:
		l.setEGSCredentials(m, diags)
	}
	return l
}

func (l *login) setEndpoint(of service, configured types.String, getenv func(string) string, diags *diag.Diagnostics) {
	name := of.setting("endpoint")
	switch env := getenv(variables[name]); {
	case configured.IsUnknown():
		l.unknown = append(l.unknown, name)
	case !configured.IsNull():
		l.endpoint = parseEndpoint(of, configured.ValueString(), name, diags)
	case env != "":
		l.fromEnvironment(diags, func(diags *diag.Diagnostics) {
			l.endpoint = parseEndpoint(of, env, variables[name], diags)
		})
	default:
		l.missing.AddError(fmt.Sprintf("Missing %s endpoint", of.name), fmt.Sprintf(
			"Set the provider's %s, or the environment variable %s, to the base URL of %s, for example %q.",
			name, variables[name], of.api, of.example))
	}
}

// fromEnvironment reads an environment variable. What is wrong with it is an error only
// for those who use the service; a warning stays one.
func (l *login) fromEnvironment(diags *diag.Diagnostics, read func(*diag.Diagnostics)) {
	var found diag.Diagnostics
	read(&found)
	diags.Append(found.Warnings()...)
	for _, fault := range found.Errors() {
		l.missing.AddError(fault.Summary(), fault.Detail())
	}
}

// parseEndpoint reads the base URL of a service, from the source that messages name;
// nil where it is none.
func parseEndpoint(of service, text, source string, diags *diag.Diagnostics) *url.URL {
	at, name := of.at("endpoint"), of.setting("endpoint")
	fault := func(problem string) *url.URL {
		diags.AddAttributeError(at, fmt.Sprintf("Invalid %s endpoint", of.name), fmt.Sprintf(
			"The value of %s %s. Set %s, or the environment variable %s, to the base URL of %s, for example %q.",
			source, problem, name, variables[name], of.api, of.example))
		return nil
	}
	u, err := url.Parse(text)
	switch {
	case err != nil:
		return fault("is not a URL that begins with https:// or http://")
	case u.Scheme != "http" && u.Scheme != "https":
		return fault("does not begin with https:// or http://")
	case u.Hostname() == "":
		return fault("has no host")
	case u.User != nil:
		return fault(fmt.Sprintf("holds a user name or password; the API key goes to %s", of.setting("api_key")))
	case u.RawQuery != "" || u.ForceQuery || u.Fragment != "":
		return fault("has a query or a fragment")
	}
	if u.Scheme == "http" && !isLoopback(u.Hostname()) {
		diags.AddAttributeWarning(at, "Keys travel unencrypted", fmt.Sprintf(
			"The %s endpoint %s is plain http: everybody on the way can read the API keys. Use https.", of.name, u.Redacted()))
	}
	return u
}

func isLoopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || strings.HasSuffix(host, ".localhost") || (ip != nil && ip.IsLoopback())
}

// setAPIKey sets the key of a service that knows no other credentials.
func (l *login) setAPIKey(of service, configured types.String, getenv func(string) string, diags *diag.Diagnostics) {
	name := of.setting("api_key")
	switch env := getenv(variables[name]); {
	case configured.IsUnknown():
		l.unknown = append(l.unknown, name)
	case !configured.IsNull():
		l.apiKey = configured.ValueString()
		checkSecret(of, "api_key", l.apiKey, of.key, diags)
	case env != "":
		l.apiKey = env
		l.fromEnvironment(diags, func(diags *diag.Diagnostics) { checkSecret(of, "api_key", env, of.key, diags) })
	default:
		l.missing.AddError(fmt.Sprintf("Missing %s credentials", of.name), fmt.Sprintf(
			"Set the provider's %s, or the environment variable %s, to %s.", name, variables[name], of.key))
	}
}

// setEGSCredentials takes the one credential that the configuration sets.
func (l *login) setEGSCredentials(m model, diags *diag.Diagnostics) {
	l.apiKey, l.accessToken = m.APIKey.ValueString(), m.AccessToken.ValueString()
	if !m.APIKey.IsNull() && !m.AccessToken.IsNull() {
		diags.AddAttributeError(path.Root("api_key"), "Contradictory EGS credentials", fmt.Sprintf(
			"api_key and access_token are both set. Set one of them, or leave both out and set %s or %s.",
			variables["api_key"], variables["access_token"]))
	}
	if !m.APIKey.IsNull() {
		checkSecret(egsService, "api_key", l.apiKey, egsService.key, diags)
	}
	if !m.AccessToken.IsNull() {
		checkSecret(egsService, "access_token", l.accessToken, "an access token of EGS", diags)
	}
}

// setEGSCredentialsFrom takes the one credential that the environment sets. To set two,
// or one that is malformed, is an error only for those who use EGS.
func (l *login) setEGSCredentialsFrom(getenv func(string) string, diags *diag.Diagnostics) {
	l.apiKey, l.accessToken = getenv(variables["api_key"]), getenv(variables["access_token"])
	switch {
	case l.apiKey == "" && l.accessToken == "":
		l.missing.AddError("Missing EGS credentials", fmt.Sprintf(
			"Set the provider's api_key, or the environment variable %s, to %s; or access_token, or %s, to an access token.",
			variables["api_key"], egsService.key, variables["access_token"]))
	case l.apiKey != "" && l.accessToken != "":
		l.missing.AddError("Contradictory EGS credentials", fmt.Sprintf(
			"The environment variables %s and %s are both set. Unset one of them, or set api_key or access_token in the "+
				"provider's configuration.", variables["api_key"], variables["access_token"]))
	case l.apiKey != "":
		l.fromEnvironment(diags, func(diags *diag.Diagnostics) {
			checkSecret(egsService, "api_key", l.apiKey, egsService.key, diags)
		})
	default:
		l.fromEnvironment(diags, func(diags *diag.Diagnostics) {
			checkSecret(egsService, "access_token", l.accessToken, "an access token of EGS", diags)
		})
	}
}

// checkSecret adds what is wrong with a credential that is set. what says what it has
// to be.
func checkSecret(of service, attribute, value, what string, diags *diag.Diagnostics) {
	name := of.setting(attribute)
	switch {
	case value == "":
		diags.AddAttributeError(of.at(attribute), fmt.Sprintf("Empty %s credentials", of.name), fmt.Sprintf(
			"%s is empty. Set it to %s, or leave it out and set %s.", name, what, variables[name]))
	case strings.ContainsFunc(value, func(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) }):
		diags.AddAttributeError(of.at(attribute), fmt.Sprintf("Malformed %s credentials", of.name), fmt.Sprintf(
			"The value of %s (or of %s) holds white space, perhaps the line end of a file. Take it out, in a configuration with "+
				"trimspace().", name, variables[name]))
	}
}

// defaultScheme is what Search GAIA's own page documents.
const defaultScheme = "Search"

// authScheme is a token of RFC 9110, 5.6.2.
var authScheme = regexp.MustCompile("^[!#$%&'*+.^_`|~0-9A-Za-z-]+$")

// setScheme sets the scheme of the Authorization header. What is no scheme may be the
// secret, and is not told.
func (l *login) setScheme(of service, configured types.String, diags *diag.Diagnostics) {
	name := of.setting("authorization_scheme")
	switch l.scheme = defaultScheme; {
	case configured.IsUnknown():
		l.unknown = append(l.unknown, name)
	case !configured.IsNull():
		l.scheme = configured.ValueString()
	}
	if !authScheme.MatchString(l.scheme) {
		diags.AddAttributeError(of.at("authorization_scheme"), "Invalid authorization scheme", fmt.Sprintf(
			"The value of %s is not one word. Set it to the word that stands before the key in the header Authorization, for "+
				"example \"Bearer\", or leave it out for %q.", name, defaultScheme))
	}
}
