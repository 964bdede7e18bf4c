//! The network's return, by the system's own notice of it.

use keybearer_core::keeper::Keeper;
use windows::Networking::Connectivity::{NetworkConnectivityLevel, NetworkInformation, NetworkStatusChangedEventHandler};
use windows::core::Result;

/// Calls the keeper at each change of the network after which the internet can be reached, until the end of the program.
///
/// Microsoft, `NetworkInformation.NetworkStatusChanged`: raised when connectivity or cost change; desktop programs may use it.
/// Its handler is called by a thread of the system's.
pub fn listen(keeper: Keeper) {
    let changed = NetworkStatusChangedEventHandler::new(move |_| {
        if is_connected().unwrap_or_default() {
            tracing::info!("the network is back");
            keeper.network_is_back();
        }
        Ok(())
    });
    match NetworkInformation::NetworkStatusChanged(&changed) {
        Ok(_) => tracing::info!("changes of the network are heard"),
        Err(error) => tracing::info!(%error, "changes of the network are not heard"),
    }
}

fn is_connected() -> Result<bool> {
    let level = NetworkInformation::GetInternetConnectionProfile()?.GetNetworkConnectivityLevel()?;
    Ok(level == NetworkConnectivityLevel::InternetAccess)
}
