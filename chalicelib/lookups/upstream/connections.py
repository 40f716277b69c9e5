"""The providers that a stage is connected to, from its configuration to their sources."""

from collections.abc import Callable, Mapping

import msgspec

from chalicelib.lookups.upstream.asking import Contract, Outside, Provider, Upstream
from chalicelib.lookups.upstream.exchange import Secrets, Transport
from chalicelib.lookups.upstream.power_company import PowerCompany
from chalicelib.lookups.upstream.sources import ProviderSource, Sources
from chalicelib.lookups.upstream.water_company import WaterCompany

_read = msgspec.json.Decoder(dict[str, Provider]).decode


def configured(text: str, stage: str) -> Mapping[str, Provider]:
    """The providers of the setting, by id; raises ValueError (msgspec's) where it is no such JSON, or sends codes in clear."""
    providers = _read(text or "{}")
    for provider in providers.values():
        if not provider.base_url.startswith("https://") and stage != "local":
            raise ValueError("a provider without https")
    return providers


def sources(
    providers: Mapping[str, Provider], outside: Outside, transport: Transport, secrets: Secrets
) -> Sources:  # fmt: skip
    """A source for each provider that is connected."""
    return Sources(
        {name: _MAKE[one.contract](name, one, outside, transport, secrets) for name, one in providers.items()}
    )


def _power(name: str, provider: Provider, outside: Outside, transport: Transport, secrets: Secrets) -> ProviderSource:
    company = PowerCompany(name, provider.base_url, transport, secrets)
    return ProviderSource(Upstream(name, provider, outside), company, company, outside.secret)


def _water(name: str, provider: Provider, outside: Outside, transport: Transport, secrets: Secrets) -> ProviderSource:
    company = WaterCompany(name, provider.base_url, transport, secrets)
    return ProviderSource(Upstream(name, provider, outside), company, None, outside.secret)


_MAKE: Mapping[Contract, Callable[[str, Provider, Outside, Transport, Secrets], ProviderSource]] = {
    Contract.POWER: _power,
    Contract.WATER: _water,
}
