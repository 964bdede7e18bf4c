//! The network's return, as the system's configuration says it: Apple, "System Configuration Programming Guidelines",
//! "Determining Reachability and Getting Connected"; the keys are those of the primary service.

use keybearer_core::keeper::Keeper;
use system_configuration::core_foundation::array::CFArray;
use system_configuration::core_foundation::base::TCFType as _;
use system_configuration::core_foundation::runloop::CFRunLoop;
use system_configuration::core_foundation::string::CFString;
use system_configuration::dynamic_store::{SCDynamicStore, SCDynamicStoreBuilder, SCDynamicStoreCallBackContext};

/// They are there while a network is.
const PRIMARY: [&str; 2] = ["State:/Network/Global/IPv4", "State:/Network/Global/IPv6"];

/// Calls the keeper at each change of the network after which there is one, on a thread of its own, until the end of the program.
pub fn listen(keeper: Keeper) {
    let listening = move || {
        if listen_here(keeper).is_none() {
            tracing::info!("changes of the network are not heard");
        }
    };
    if let Err(error) = std::thread::Builder::new().name("network".into()).spawn(listening) {
        tracing::warn!(%error, "changes of the network are not heard");
    }
}

fn listen_here(keeper: Keeper) -> Option<()> {
    let context = SCDynamicStoreCallBackContext {
        callout: changed,
        info: keeper,
    };
    let store = SCDynamicStoreBuilder::new("io.github.keybearer")
        .callback_context(context)
        .build()?;
    let keys = CFArray::from_CFTypes(&PRIMARY.map(CFString::from_static_string));
    let none = CFArray::<CFString>::from_CFTypes(&[]);
    if !store.set_notification_keys(&keys, &none) {
        return None;
    }
    let source = store.create_run_loop_source()?;
    // The value of kCFRunLoopDefaultMode; modes are compared as strings (Apple, `CFRunLoop`).
    let mode = CFString::from_static_string("kCFRunLoopDefaultMode");
    CFRunLoop::get_current().add_source(&source, mode.as_concrete_TypeRef());
    CFRunLoop::run_current();
    Some(())
}

fn changed(store: SCDynamicStore, _keys: CFArray<CFString>, keeper: &mut Keeper) {
    if PRIMARY.into_iter().any(|key| store.get(key).is_some()) {
        tracing::info!("the network is back");
        keeper.network_is_back();
    }
}
