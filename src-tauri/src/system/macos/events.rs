//! The end of sleep and changes of the network, as macOS tells them.

use std::ptr::NonNull;
use std::sync::mpsc::channel;
use std::thread;

use block2::RcBlock;
use objc2_app_kit::{NSWorkspace, NSWorkspaceDidWakeNotification};
use objc2_foundation::NSNotification;
use system_configuration::core_foundation::array::CFArray;
use system_configuration::core_foundation::runloop::{CFRunLoop, kCFRunLoopDefaultMode};
use system_configuration::core_foundation::string::CFString;
use system_configuration::dynamic_store::{SCDynamicStore, SCDynamicStoreBuilder, SCDynamicStoreCallBackContext};

/// The ways to the internet by IPv4 and IPv6 (Apple, "System Configuration Programming Guidelines": the global keys of the store).
const WAYS: &str = "State:/Network/Global/IPv.";

/// Calls `awake` each time the computer has woken up, until the end of the program, from the main thread (Apple,
/// `NSWorkspace.didWakeNotification`, which only the workspace's own notification centre posts).
///
/// # Errors
/// Never here.
#[allow(unsafe_code)]
pub fn on_wake_up(awake: impl Fn() + Send + Sync + 'static) -> Result<(), String> {
    let block = RcBlock::new(move |_: NonNull<NSNotification>| awake());
    let centre = NSWorkspace::sharedWorkspace().notificationCenter();
    // SAFETY: any thread may call the block; there is no object and no queue. The centre holds the observer until it is removed, which
    // never happens.
    unsafe { centre.addObserverForName_object_queue_usingBlock(Some(NSWorkspaceDidWakeNotification), None, None, &block) };
    Ok(())
}

/// Calls `changed` each time this computer's way to the internet changes, until the end of the program, from a thread of its own.
///
/// # Errors
/// What the system refused.
pub fn on_network_change(changed: impl Fn() + Send + Sync + 'static) -> Result<(), String> {
    let (tell, told) = channel();
    let listening = move || {
        let listens = listen(Box::new(changed));
        let is_on = listens.is_ok();
        let _ = tell.send(listens);
        if is_on {
            CFRunLoop::run_current();
            tracing::warn!("changes of the network are no longer heard");
        }
    };
    let thread = thread::Builder::new().name("network".into());
    thread.spawn(listening).map_err(|e| e.to_string())?;
    told.recv().unwrap_or(Err("the thread ended")).map_err(str::to_owned)
}

type Act = Box<dyn Fn() + Send + Sync>;

/// Adds the changes to this thread's run loop.
#[allow(unsafe_code)]
fn listen(changed: Act) -> Result<(), &'static str> {
    fn call(_store: SCDynamicStore, _keys: CFArray<CFString>, changed: &mut Act) {
        changed();
    }
    let context = SCDynamicStoreCallBackContext {
        callout: call,
        info: changed,
    };
    let builder = SCDynamicStoreBuilder::new("io.github.keybearer").callback_context(context);
    let store = builder.build().ok_or("no session with the store")?;
    let (keys, patterns) = (
        CFArray::<CFString>::from_CFTypes(&[]),
        CFArray::from_CFTypes(&[CFString::new(WAYS)]),
    );
    if !store.set_notification_keys(&keys, &patterns) {
        return Err("the keys are refused");
    }
    let source = store.create_run_loop_source().ok_or("no source for the run loop")?;
    // SAFETY: a constant of the framework.
    CFRunLoop::get_current().add_source(&source, unsafe { kCFRunLoopDefaultMode });
    Ok(())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn the_system_takes_the_registrations() {
        on_wake_up(|| ()).unwrap();
        on_network_change(|| ()).unwrap();
    }
}
